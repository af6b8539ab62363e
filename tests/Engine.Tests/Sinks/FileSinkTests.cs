using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Sinks;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Sinks;

public sealed class FileSinkTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_made_with_its_folders_and_emptied()
    {
        string path = _folder.At("made/on/demand/out.csv");
        Write(path, new string('x', 1000));
        Write(path, "a%20b");
        Assert.Equal("a%20b", File.ReadAllText(path));
    }

    [Fact]
    public void Small_writes_are_there_after_a_flush_and_large_ones_at_once_in_order()
    {
        string path = _folder.At("out.csv");
        using var sink = new FileSink(path);
        sink.Open();
        sink.Write("small"u8);
        Assert.Equal(0, new FileInfo(path).Length);
        sink.Flush();
        Assert.Equal("small", File.ReadAllText(path));
        sink.Write("1"u8);
        sink.Write(new byte[70_000]);
        Assert.Equal(5 + 1 + 70_000, new FileInfo(path).Length);
        sink.Write("2"u8);
        sink.Complete();
        byte[] bytes = File.ReadAllBytes(path);
        Assert.Equal(((byte)'1', (byte)'2', 5 + 70_002), (bytes[5], bytes[^1], bytes.Length));
    }

    [Fact]
    public void Random_writes_and_flushes_come_out_in_order()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var expected = new MemoryStream();
        string path = _folder.At("out.bin");
        using var sink = new FileSink(path);
        sink.Open();
        for (int i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(10) == 0 ? random.Next(200_000) : random.Next(5_000)];
            random.NextBytes(bytes);
            expected.Write(bytes);
            sink.Write(bytes);
            if (random.Next(5) == 0)
            {
                sink.Flush();
            }
        }

        sink.Complete();
        Assert.True(expected.ToArray().AsSpan().SequenceEqual(File.ReadAllBytes(path)), $"seed {seed}");
    }

    /// <summary>Blocks are asked for ahead of the bytes (ext4); what a disk does for the last of these is a page at most.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_large_file_keeps_no_blocks_behind_its_end(bool isWhole)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "blocks are counted by stat");
        string path = _folder.At("large.bin");
        using (var sink = new FileSink(path))
        {
            sink.Open();
            for (int i = 0; i < 50; i++)
            {
                sink.Write(new byte[100_003]);
            }

            if (isWhole)
            {
                sink.Complete();
            }
        }

        using Process stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%s %b", path]) { RedirectStandardOutput = true })!;
        long[] numbers = [.. stat.StandardOutput.ReadToEnd().Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
        Assert.Equal(50 * 100_003, numbers[0]);
        Assert.InRange(numbers[1] * 512, 0, numbers[0] + 65_536);
    }

    /// <summary>Somebody empties a large file while it is open, as a log's rotation does: its end does not make it long again.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(9_000_000)]
    public void A_file_that_another_made_shorter_or_longer_stays_so(int length)
    {
        string path = _folder.At("rotated.bin");
        using (var sink = new FileSink(path))
        {
            sink.Open();
            for (int i = 0; i < 50; i++)
            {
                sink.Write(new byte[100_003]);
            }

            sink.Flush();
            using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                other.SetLength(length);
            }

            sink.Complete();
        }

        Assert.Equal(length, new FileInfo(path).Length);
    }

    /// <summary>/dev/full takes no byte: whether the first large write, a flush or the end finds out, it is 74 with path and errno.</summary>
    [Theory]
    [InlineData("/dev/full", 100_000, false)]
    [InlineData("/dev/full", 10, true)]
    [InlineData("/dev/full", 10, false)]
    public void A_full_device_is_74(string path, int bytes, bool flush)
    {
        Assert.SkipUnless(File.Exists(path), "there is no /dev/full");
        using var sink = new FileSink(path);
        sink.Open();
        StopException fault = Assert.Throws<StopException>(() =>
        {
            sink.Write(new byte[bytes]);
            if (flush)
            {
                sink.Flush();
            }

            sink.Complete();
        });
        Assert.Equal(ExitCode.InputOutput, fault.Code);
        Assert.Contains("'/dev/full'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("(errno 28)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_device_is_74_for_compressed_bytes_too()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        File.CreateSymbolicLink(_folder.At("full.gz"), "/dev/full");
        using var sink = new FileSink(_folder.At("full.gz"));
        sink.Open();
        StopException fault = Assert.Throws<StopException>(() =>
        {
            sink.Write("text"u8);
            sink.Complete();
        });
        Assert.Equal(ExitCode.InputOutput, fault.Code);
    }

    [Theory]
    [InlineData("blocker/out.csv")]
    [InlineData("folder")]
    [InlineData("blocker/deeper/out.csv")]
    public void A_target_that_cannot_be_made_is_74_with_its_path(string name)
    {
        _folder.Write("blocker", "a file");
        Directory.CreateDirectory(_folder.At("folder"));
        using var sink = new FileSink(_folder.At(name));
        StopException fault = Assert.Throws<StopException>(sink.Open);
        Assert.Equal(ExitCode.InputOutput, fault.Code);
        Assert.Contains(_folder.At(name), fault.Message, StringComparison.Ordinal);
        Assert.Contains("errno", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fifo_takes_bytes_and_its_readers_end_is_a_failure()
    {
        string path = _folder.MakeFifo("pipe");
        Task<byte[]> read = Task.Run(() =>
        {
            using var reader = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 0);
            var bytes = new byte[10];
            reader.ReadExactly(bytes);
            return bytes;
        }, TestContext.Current.CancellationToken);
        using var sink = new FileSink(path);
        sink.Open();
        sink.Write("0123456789"u8);
        sink.Flush();
        Assert.Equal("0123456789"u8.ToArray(), await read.WaitAsync(s_limit, TestContext.Current.CancellationToken));
        StopException fault = Assert.Throws<StopException>(() =>
        {
            sink.Write("more"u8);
            sink.Flush();
        });
        Assert.Contains("(errno 32)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_file_does_not_depend_on_how_its_bytes_came()
    {
        byte[] text = [.. Enumerable.Range(0, 60_000).SelectMany(i => System.Text.Encoding.ASCII.GetBytes($"{i * 7919 % 10_007},line\n"))];
        string whole = _folder.At("whole.csv.gz");
        using (var sink = new FileSink(whole))
        {
            sink.Open();
            sink.Write(text);
            sink.Complete();
        }

        var random = new Random(5);
        string pieces = _folder.At("pieces.csv.gz");
        using (var sink = new FileSink(pieces))
        {
            sink.Open();
            for (int at = 0; at < text.Length;)
            {
                int count = Math.Min(random.Next(1, 9_000), text.Length - at);
                sink.Write(text.AsSpan(at, count));
                at += count;
                if (random.Next(3) == 0)
                {
                    sink.Flush();
                }
            }

            sink.Complete();
        }

        Assert.Equal(text, Unpack(whole));
        Assert.Equal(File.ReadAllBytes(whole), File.ReadAllBytes(pieces));
    }

    [Fact]
    public void A_compressed_file_without_bytes_is_a_whole_member()
    {
        string path = _folder.At("empty.csv.gz");
        using (var sink = new FileSink(path))
        {
            sink.Open();
            sink.Complete();
        }

        Assert.Equal(20, new FileInfo(path).Length);
        Assert.Empty(Unpack(path));
        using var source = new DataStream.Sources.FileSource([_folder.UriOf("empty.csv.gz")]);
        Assert.Equal("", Assert.Single(Reading.All(source)).Text);
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        using var sink = new FileSink(_folder.At("out.csv"));
        sink.Open();
        var bytes = new byte[3000];
        for (int i = 0; i < 100; i++)
        {
            sink.Write(bytes);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            sink.Write(bytes);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static byte[] Unpack(string path)
    {
        using var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var unpacked = new MemoryStream();
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static void Write(string path, string text)
    {
        using var sink = new FileSink(path);
        sink.Open();
        sink.Write(System.Text.Encoding.UTF8.GetBytes(text));
        sink.Complete();
        Assert.Equal(path, sink.Name);
    }
}
