using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Sources;
using Xunit;

namespace DataStream.Tests.Sources;

public sealed class FileSourceTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_read_as_listed_and_those_of_a_glob_in_ordinal_order()
    {
        foreach (string name in new[] { "z.csv", "part-2.csv", "part-10.csv", "part-C.csv", "a.csv" })
        {
            _folder.Write(name, name);
        }

        using var source = new FileSource([_folder.UriOf("z.csv"), _folder.UriOf("part-*.csv"), _folder.UriOf("a.csv")]);
        List<(string Name, string Text)> parts = Reading.All(source);
        Assert.Equal(["z.csv", "part-10.csv", "part-2.csv", "part-C.csv", "a.csv"], parts.Select(part => part.Text));
        Assert.Equal(parts.Select(part => _folder.At(part.Text)), parts.Select(part => part.Name));
        Assert.Equal(parts.Sum(part => part.Text.Length), source.BytesIn);
        Assert.True(source.IsReady);
        Assert.True(source.IsBounded);
    }

    [Fact]
    public void A_missing_file_is_74_with_its_path_and_errno_when_its_turn_comes()
    {
        _folder.Write("a.csv", "1");
        using var source = new FileSource([_folder.UriOf("a.csv"), _folder.UriOf("gone.csv")]);
        Assert.True(source.NextPart(out _));
        Assert.Equal("1", Reading.Part(source));
        StopException fault = Assert.Throws<StopException>(() => source.NextPart(out _));
        Assert.Equal(ExitCode.InputOutput, fault.Code);
        Assert.Contains(_folder.At("gone.csv"), fault.Message, StringComparison.Ordinal);
        Assert.Contains("(errno 2)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_glob_without_a_match_is_74_when_its_turn_comes()
    {
        _folder.Write("a.csv", "1");
        using var source = new FileSource([_folder.UriOf("a.csv"), _folder.UriOf("none-*.csv")]);
        Assert.True(source.NextPart(out _));
        StopException fault = Assert.Throws<StopException>(() => source.NextPart(out _));
        Assert.Equal(ExitCode.InputOutput, fault.Code);
        Assert.Contains("none-*.csv", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder", 21)]
    [InlineData("folder/file/below.csv", 20)]
    public void What_is_no_file_is_74_with_its_errno(string name, int errno)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names Linux's errors");
        _folder.Write("folder/file", "x");
        using var source = new FileSource([_folder.UriOf(name)]);
        StopException fault = Assert.Throws<StopException>(() => source.NextPart(out _));
        Assert.Equal(ExitCode.InputOutput, fault.Code);
        Assert.Contains(_folder.At(name), fault.Message, StringComparison.Ordinal);
        Assert.Contains($"(errno {errno})", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_a_part_without_bytes()
    {
        _folder.Write("empty.csv", "");
        _folder.Write("empty.csv.gz", "");
        using var source = new FileSource([_folder.UriOf("empty.csv"), _folder.UriOf("empty.csv.gz")]);
        Assert.Equal(["", ""], Reading.All(source).Select(part => part.Text));
    }

    [Fact]
    public void A_file_that_names_a_size_it_does_not_fill_has_not_shrunk()
    {
        const string path = "/sys/kernel/mm/transparent_hugepage/enabled";
        Assert.SkipUnless(File.Exists(path), "the system has no such file");
        Assert.True(EndpointUri.TryParseInput("file:" + path, out EndpointUri uri, out _));
        using var source = new FileSource([uri]);
        Assert.NotEmpty(Assert.Single(Reading.All(source)).Text);
        Assert.Empty(source.Notices);
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_ends_with_a_notice_of_both_sizes()
    {
        string path = _folder.Write("a.csv", new string('x', 100_000));
        using var source = new FileSource([_folder.UriOf("a.csv")]);
        Assert.True(source.NextPart(out _));
        Assert.Equal(1000, source.Read(new byte[1000]));
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(10);
        }

        Assert.Equal(0, source.Read(new byte[1000]));
        Assert.False(source.NextPart(out _));
        Assert.Equal($"'{path}' became shorter while it was read: it had 100,000 bytes when it was opened, and ended at 1,000", Assert.Single(source.Notices));
    }

    [Fact]
    public void A_file_that_grows_while_it_is_read_gives_no_notice()
    {
        string path = _folder.Write("a.csv", new string('x', 100));
        using var source = new FileSource([_folder.UriOf("a.csv")]);
        Assert.True(source.NextPart(out _));
        Assert.Equal(10, source.Read(new byte[10]));
        File.AppendAllText(path, "yy");
        Assert.Equal(92, Reading.Part(source).Length);
        Assert.Empty(source.Notices);
    }

    [Theory]
    [InlineData("PK\u0003\u0004rest of a zip", "zip")]
    [InlineData("PK\u0005\u0006\0\0", "zip")]
    [InlineData("TAR", "tar")]
    [InlineData("TAR without its magic", "tar")]
    public void An_archive_is_65_by_name_also_inside_gzip(string content, string kind)
    {
        byte[] bytes = content.StartsWith("TAR", StringComparison.Ordinal) ? Tar(content.Length == 3) : Encoding.UTF8.GetBytes(content);
        _folder.Write("data.csv", bytes);
        _folder.Write("data.csv.gz", TemporaryFolder.Gzip(Encoding.Latin1.GetString(bytes)));
        foreach (string name in new[] { "data.csv", "data.csv.gz" })
        {
            using var source = new FileSource([_folder.UriOf(name)]);
            Assert.True(source.NextPart(out _));
            StopException fault = Assert.Throws<StopException>(() => Reading.Part(source, 100));
            Assert.Equal(ExitCode.BadData, fault.Code);
            Assert.Contains(_folder.At(name), fault.Message, StringComparison.Ordinal);
            Assert.Contains(kind, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Binary_bytes_pass_as_they_are()
    {
        var bytes = new byte[100_000];
        new Random(3).NextBytes(bytes);
        bytes[0] = 0;
        _folder.Write("a.bin", bytes);
        using var source = new FileSource([_folder.UriOf("a.bin")]);
        Assert.True(source.NextPart(out _));
        var read = new MemoryStream();
        Reading.Part(source, read, 777);
        Assert.Equal(bytes, read.ToArray());
    }

    [Fact]
    public async Task A_fifo_is_read_until_its_writer_closes()
    {
        string path = _folder.MakeFifo("pipe");
        using var source = new FileSource([TemporaryFolder.Uri(path)]);
        Assert.True(source.NextPart(out _)); // nobody writes yet
        Assert.False(source.IsReady);
        Task writer = Task.Run(() => File.WriteAllText(path, new string('x', 200_000)), TestContext.Current.CancellationToken);
        Assert.Equal(200_000, Reading.Part(source).Length);
        await writer.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.False(source.NextPart(out _));
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("pipe.gz")]
    public async Task An_interrupt_ends_a_read_that_waits(string name)
    {
        string path = _folder.MakeFifo(name);
        using var source = new FileSource([TemporaryFolder.Uri(path), TemporaryFolder.Uri(path)]);
        Assert.True(source.NextPart(out _));

        // Both ends are held by this writer, so that nothing but the interrupt ends the read.
        await using var writer = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        using var waiting = new ManualResetEventSlim();
        Task<int> read = Task.Factory.StartNew(
            () =>
            {
                waiting.Set();
                return source.Read(new byte[100]);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(waiting.Wait(s_limit, TestContext.Current.CancellationToken));
        Assert.False(SpinWait.SpinUntil(() => read.IsCompleted, 20));
        source.Interrupt();
        Assert.Equal(0, await read.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        Assert.True(source.IsInterrupted);
        Assert.Equal(0, source.Read(new byte[100]));
        Assert.False(source.NextPart(out _));
    }

    [Fact]
    public void An_interrupted_source_gives_no_more_of_a_file()
    {
        _folder.Write("a.csv", new string('x', 10_000));
        using var source = new FileSource([_folder.UriOf("a.csv")]);
        Assert.True(source.NextPart(out _));
        Assert.True(source.Read(new byte[10]) > 0);
        source.Interrupt();
        Assert.Equal(0, source.Read(new byte[10]));
    }

    [Fact]
    public void Reading_a_file_allocates_nothing()
    {
        _folder.Write("a.csv", new string('x', 1_000_000));
        using var source = new FileSource([_folder.UriOf("a.csv")]);
        Assert.True(source.NextPart(out _));
        var buffer = new byte[1000];
        for (int i = 0; i < 50; i++)
        {
            _ = source.Read(buffer);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 500; i++)
        {
            _ = source.IsReady;
            _ = source.Read(buffer);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Tar(bool hasMagic)
    {
        using var packed = new MemoryStream();
        using (var writer = new System.Formats.Tar.TarWriter(packed, hasMagic ? System.Formats.Tar.TarEntryFormat.Ustar : System.Formats.Tar.TarEntryFormat.V7, leaveOpen: true))
        {
            writer.WriteEntry(hasMagic
                ? new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, "a.csv") { DataStream = new MemoryStream("id\n1\n"u8.ToArray()) }
                : new System.Formats.Tar.V7TarEntry(System.Formats.Tar.TarEntryType.V7RegularFile, "a.csv") { DataStream = new MemoryStream("id\n1\n"u8.ToArray()) });
        }

        return packed.ToArray();
    }
}
