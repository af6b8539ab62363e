using System;
using System.IO;
using System.Net.Sockets;
using DataStream.Kafka.Transactions;
using DataStream.Tests.Host;
using DataStream.Tests.Runtime;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>Names of transactions, of processes on one machine. Alone, since they move the temporary folder.</summary>
[Collection(nameof(AloneCollection))]
public sealed class TransactionalIdTests : IDisposable
{
    private const string Variable = "TMPDIR";

    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);
    private readonly Scratch _scratch = new();
    private readonly string _group = "g-" + Guid.NewGuid().ToString("N");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, _before);
        _scratch.Dispose();
    }

    /// <summary>Two that have the same would keep each other from committing.</summary>
    [Fact]
    public void Processes_with_temporary_folders_of_their_own_have_names_of_their_own()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have the temporary folder alone");
        using var first = TransactionalId.Take(_group, null);
        Environment.SetEnvironmentVariable(Variable, Directory.CreateDirectory(Path.Combine(_scratch.Folder, "tmp")).FullName);
        using var second = TransactionalId.Take(_group, null);
        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal(first.Value[..^1], second.Value[..^1]); // but for the number
    }

    /// <summary>It ends what its predecessor left open.</summary>
    [Fact]
    public void A_successor_has_the_name_of_who_is_gone()
    {
        using var first = TransactionalId.Take(_group, null);
        var second = TransactionalId.Take(_group, null);
        string name = second.Value;
        second.Dispose();
        using var third = TransactionalId.Take(_group, null);
        Assert.Equal(name, third.Value);
        using var other = TransactionalId.Take(_group + "x", null);
        Assert.Equal(first.Value[^1], other.Value[^1]);
    }

    /// <summary>A process may have no Unix sockets, as where a sandbox refuses them, or none with such a name.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_sockets_names_are_held_by_files(bool hasNone)
    {
        Environment.SetEnvironmentVariable(Variable, _scratch.Folder);
        // One of the Internet binds no such name.
        Func<Socket> open = hasNone ? static () => throw new SocketException((int)SocketError.AccessDenied) : static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var first = TransactionalId.Take(_group, null, open);
        using var second = TransactionalId.Take(_group, null, open);
        Assert.NotEqual(first.Value, second.Value);
        Assert.Equal(first.Value[..^1], second.Value[..^1]); // but for the number
        Assert.Equal(2, Directory.GetFiles(_scratch.Folder, "*.lock").Length);
        string name = first.Value;
        first.Dispose();
        using var successor = TransactionalId.Take(_group, null, open);
        Assert.Equal(name, successor.Value);
    }

    [Fact]
    public void A_static_member_has_its_own() => Assert.Equal("datastream-g-one", TransactionalId.Take("g", "one").Value);
}
