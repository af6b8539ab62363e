using System;
using System.Globalization;
using System.IO;
using System.IO.Hashing;
using System.Net.Sockets;
using System.Text;

namespace DataStream.Kafka.Transactions;

/// <summary>The name by which brokers know a process's transactions: one that comes back after a failure should have the same, and two that live never.</summary>
/// <remarks>
/// A static member of the group (<c>group.instance.id</c>) has its own. Else it is the first number that no other process of this machine holds for the group: the system gives up what
/// one held that died, so that its successor ends what it left open at once. With another name that lasts until the transaction's time is out. What is held is the name of a socket that
/// nobody listens at: it is in no folder, which every process may have elsewhere; where a system has no such names, it is a locked file in the temporary folder.
/// </remarks>
internal sealed class TransactionalId : IDisposable
{
    private const int Most = 1000;

    private readonly IDisposable? _held;

    private TransactionalId(string value, IDisposable? held) => (Value, _held) = (value, held);

    public string Value { get; }

    /// <summary>Takes a name.</summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">The member's own name, or null.</param>
    public static TransactionalId Take(string group, string? instance) => Take(group, instance, static () => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));

    /// <summary>The same.</summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">The member's own name, or null.</param>
    /// <param name="open">Makes a Unix socket, where the process may have one.</param>
    internal static TransactionalId Take(string group, string? instance, Func<Socket> open)
    {
        if (!string.IsNullOrEmpty(instance))
        {
            return new TransactionalId($"datastream-{group}-{instance}", null);
        }

        // Machines may have equal names and containers equal files: neither has the other's boot or mounts. Names of sockets are a network's, so that is in it, too.
        string place = $"{Environment.MachineName}-{Hash(Read("/proc/sys/kernel/random/boot_id") + Link("/proc/self/ns/mnt") + Link("/proc/self/ns/net")):x8}";
        for (int number = 0; number < Most; number++)
        {
            // A cluster has many addresses: processes of one group on two share the numbers.
            if (Hold(string.Create(CultureInfo.InvariantCulture, $"datastream-{Hash(place):x8}-{Hash(group):x8}-{number}"), open) is { } held)
            {
                return new TransactionalId(string.Create(CultureInfo.InvariantCulture, $"datastream-{group}-{place}-{number}"), held);
            }
        }

        return new TransactionalId($"datastream-{group}-{Guid.NewGuid():N}", null);
    }

    public void Dispose() => _held?.Dispose();

    /// <summary>Holds the name on this machine until that is disposed of, or the process is no more; null: another has it.</summary>
    private static IDisposable? Hold(string name, Func<Socket> open)
    {
        if (OperatingSystem.IsLinux())
        {
            Socket? socket = null;
            try
            {
                socket = open();
                socket.Bind(new UnixDomainSocketEndPoint("\0" + name));
                return socket;
            }
            catch (SocketException taken)
            {
                socket?.Dispose(); // none where a process may have no such sockets
                if (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
                {
                    return null;
                }
            }
        }

        try
        {
            return new FileStream(Path.Combine(Path.GetTempPath(), name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static uint Hash(string text) => (uint)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
