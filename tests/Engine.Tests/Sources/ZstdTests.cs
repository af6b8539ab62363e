using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using DataStream.Flow;
using DataStream.Sinks;
using DataStream.Sources;
using Xunit;

namespace DataStream.Tests.Sources;

public sealed class ZstdTests : IDisposable
{
    private static readonly byte[] s_skippable = [0x50, 0x2A, 0x4D, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Frames_follow_each_other_with_empty_and_skippable_ones_between()
    {
        string text = Lines(5_000);
        Assert.Equal("a" + text + "b", Read([.. s_skippable, .. Pack("a"), .. Pack(""), .. s_skippable, .. Pack(text), .. Pack("b"), .. s_skippable]));
        Assert.Equal("", Read(Pack("")));
        Assert.Equal("", Read([]));
    }

    [Fact]
    public void Bytes_in_counts_before_decompression()
    {
        byte[] packed = Pack(Lines(10_000));
        _folder.Write("a.zst", packed);
        using var source = new FileSource([_folder.UriOf("a.zst")]);
        Reading.All(source);
        Assert.Equal(packed.Length, source.BytesIn);
    }

    /// <summary>Wherever a file of two frames is cut, what can be decoded comes first, and then 74, but for a cut exactly between them.</summary>
    [Fact]
    public void A_truncated_file_gives_what_it_has_and_then_74()
    {
        string first = Lines(40);
        string second = Lines(20);
        byte[] one = Pack(first);
        byte[] packed = [.. one, .. Pack(second)];
        for (int length = 1; length < packed.Length; length++)
        {
            if (length == one.Length)
            {
                Assert.Equal(first, Read(packed[..length]));
                continue;
            }

            (string read, StopException fault) = ReadToFault(packed[..length]);
            Assert.Equal(ExitCode.InputOutput, fault.Code);
            Assert.Contains("a.zst", fault.Message, StringComparison.Ordinal);
            Assert.StartsWith(read, first + second, StringComparison.Ordinal);
            Assert.True(length < one.Length || read.StartsWith(first, StringComparison.Ordinal), $"cut at {length}: {read.Length} bytes");
        }
    }

    [Fact]
    public void A_large_truncated_file_gives_nearly_all()
    {
        string text = Lines(100_000);
        byte[] packed = Pack(text);
        (string read, _) = ReadToFault(packed[..^4]);
        Assert.Equal(text, read);
        (read, _) = ReadToFault(packed[..(packed.Length / 2)]);
        Assert.True(read.Length > text.Length / 3, $"{read.Length} of {text.Length}");
    }

    public static TheoryData<string, byte[], string> Damaged => new()
    {
        { "no zstd", [.. "id\n1\n"u8], "not compressed with Zstandard" },
        { "one byte", [0x28], "cut off" },
        { "garbage behind", [.. Pack("text"), .. "garbage"u8], "other bytes" },
        { "checksum", Flipped(Pack(Lines(3)), 1), "damaged" },
        { "window of 2 GiB", [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 1, 0, 0], "window" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damage_is_74(string what, byte[] packed, string message)
    {
        (_, StopException fault) = ReadToFault(packed);
        Assert.True(fault.Code == ExitCode.InputOutput, what);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_frames_at_random_buffer_sizes_come_through()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 30; round++)
        {
            var packed = new List<byte>();
            var text = new StringBuilder();
            for (int frame = random.Next(1, 6); frame > 0; frame--)
            {
                string piece = random.Next(4) == 0 ? new string('\0', random.Next(20)) : Lines(random.Next(3000));
                text.Append(piece);
                packed.AddRange(Pack(piece));
            }

            Assert.True(text.ToString() == Read([.. packed], random.Next(1, 100_000)), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void What_is_written_depends_on_the_bytes_alone_and_reads_back()
    {
        string text = Lines(60_000);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        byte[] whole = Write("whole.zst", bytes, bytes.Length);
        Assert.Equal(whole, Write("pieces.zst", bytes, 777));
        Assert.Equal(text, Read(whole));
        Assert.True(whole.Length < bytes.Length / 3);
        Assert.Equal("", Read(Write("empty.zst", [], 1)));
        Assert.NotEmpty(File.ReadAllBytes(_folder.At("empty.zst")));
    }

    [Fact]
    public void Windows_beyond_the_usual_are_charged_before_they_are_made_and_given_back()
    {
        _folder.Write("a.zst", [.. Frame(4 << 20, 'a'), .. s_skippable, .. Frame(16 << 20, 'b'), .. Frame(8 << 20, 'c'), .. Frame(36 << 20, 'd'), .. Frame(16 << 20, 'e')]);
        var charges = new List<long>();
        using (var source = new FileSource([_folder.UriOf("a.zst")]) { Charge = charges.Add })
        {
            Assert.Equal("abcde", Reading.All(source).Single().Text);
        }

        Assert.Equal([8L << 20, 20L << 20, -(28L << 20)], charges);
    }

    [Fact]
    public void A_window_that_the_budget_has_no_room_for_ends_with_its_limit()
    {
        _folder.Write("a.zst", [.. Frame(4 << 20, 'a'), .. Frame(128 << 20, 'b')]);
        using var source = new FileSource([_folder.UriOf("a.zst")]) { Charge = bytes => throw new StopException(ExitCode.Limit, $"{bytes}") };
        Assert.True(source.NextPart(out _));
        var read = new MemoryStream();
        StopException fault = Assert.Throws<StopException>(() => Reading.Part(source, read));
        Assert.Equal((ExitCode.Limit, "125829120", 1L), (fault.Code, fault.Message, read.Length));
    }

    public static TheoryData<byte[], long> Headers => new()
    {
        { [0x00, 0x70], 16 << 20 },
        { [0x84, 0x73, 1, 2, 3, 4], 22 << 20 }, // the content's size comes behind the window
        { [0x20, 200], 200 },
        { [0x61, 9, 0x10, 0x01], 272 + 256 }, // a dictionary of one byte
        { [0xA3, 1, 2, 3, 4, 0, 0, 0, 1], 1 << 24 },
        { [0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], long.MaxValue },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_tells_its_window_as_soon_as_it_is_whole(byte[] header, long window)
    {
        byte[] bytes = [0x28, 0xB5, 0x2F, 0xFD, .. header];
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(ZstdFrames.TryHeader(bytes.AsSpan(0, length), out _, out _), $"{length} bytes");
        }

        Assert.True(ZstdFrames.TryHeader(bytes, out int whole, out long asked));
        Assert.Equal((bytes.Length, window), (whole, asked));
    }

    /// <summary>Wherever the walk over frames is interrupted, it finds the same ends.</summary>
    [Fact]
    public void Frames_end_where_they_end_however_their_bytes_come()
    {
        byte[][] parts = [Pack("a"), s_skippable, Pack(Lines(12_000)), Pack(""), Frame(16 << 20, 'b'), Pack(new string('x', 300_000))];
        byte[] all = [.. parts.SelectMany(p => p)];
        int[] ends = [.. parts.Select((_, i) => parts.Take(i + 1).Sum(p => p.Length))];
        foreach (int step in new[] { 1, 2, 3, 7, 1000, all.Length })
        {
            var frames = new ZstdFrames();
            var found = new List<int>();
            int before = 0; // walked over
            for (int there = Math.Min(step, all.Length); before < all.Length; there = Math.Min(there + step, all.Length))
            {
                while (before < there && frames.Walk(all.AsSpan(before, there - before), there == all.Length) is > 0 and int walked)
                {
                    Assert.True(Array.FindIndex(ends, end => end > before && end < before + walked) < 0, "walked over an end");
                    before += walked;
                    found.Add(before);
                }
            }

            Assert.All(ends, end => Assert.Contains(end, found));
        }
    }

    /// <summary>A frame of one letter, stored as it is, that asks for a window of so many bytes.</summary>
    private static byte[] Frame(int window, char letter)
    {
        int exponent = System.Numerics.BitOperations.Log2((uint)window);
        int eighths = (window - (1 << exponent)) / ((1 << exponent) / 8);
        return [0x28, 0xB5, 0x2F, 0xFD, 0x00, (byte)(((exponent - 10) << 3) | eighths), 9, 0, 0, (byte)letter];
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"{i},line,{i * 7919 % 1000}\n"));

    private static byte[] Pack(string text)
    {
        using var packer = new ZstdSharp.Compressor(1);
        packer.SetParameter(ZstdSharp.Unsafe.ZSTD_cParameter.ZSTD_c_checksumFlag, 1);
        return packer.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }

    private static byte[] Flipped(byte[] bytes, int fromEnd)
    {
        bytes[^fromEnd] ^= 1;
        return bytes;
    }

    private byte[] Write(string name, byte[] bytes, int step)
    {
        using (var sink = new FileSink(_folder.At(name)))
        {
            sink.Open();
            for (int at = 0; at < bytes.Length; at += step)
            {
                sink.Write(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
                sink.Flush();
            }

            sink.Complete();
        }

        return File.ReadAllBytes(_folder.At(name));
    }

    private string Read(byte[] packed, int bufferSize = 4096)
    {
        _folder.Write("a.zst", packed);
        using var source = new FileSource([_folder.UriOf("a.zst")]);
        Assert.True(source.NextPart(out _));
        return Reading.Part(source, bufferSize);
    }

    private (string Text, StopException Fault) ReadToFault(byte[] packed)
    {
        _folder.Write("a.zst", packed);
        using var source = new FileSource([_folder.UriOf("a.zst")]);
        Assert.True(source.NextPart(out _));
        var read = new MemoryStream();
        StopException fault = Assert.Throws<StopException>(() => Reading.Part(source, read));
        return (Encoding.UTF8.GetString(read.ToArray()), fault);
    }
}
