using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using DataStream.Flow;
using DataStream.Sources;
using Xunit;

namespace DataStream.Tests.Sources;

public sealed class GzipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Members_follow_each_other_with_empty_ones_between_and_zeros_behind()
    {
        string text = Lines(5_000);
        byte[] emptyBlock = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal("a" + text + "b", Read([.. TemporaryFolder.Gzip("a"), .. emptyBlock, .. emptyBlock, .. TemporaryFolder.Gzip(text), .. TemporaryFolder.Gzip("b")]));
        Assert.Equal(text, Read([.. TemporaryFolder.Gzip(text), .. new byte[1024]]));
        Assert.Equal("", Read(emptyBlock));
        Assert.Equal(text, Read(TemporaryFolder.Gzip(text, CompressionLevel.NoCompression)));
    }

    [Fact]
    public void Headers_with_every_field_are_skipped()
    {
        byte[] plain = TemporaryFolder.Gzip("text");
        byte[] head = [0x1F, 0x8B, 8, 0x1F, 1, 2, 3, 4, 0, 3, 3, 0, 9, 9, 9, .. "name\0"u8, .. "comment\0"u8, 7, 7];
        Assert.Equal("text", Read([.. head, .. plain[10..]]));
    }

    [Fact]
    public void What_a_damaged_file_gives_does_not_depend_on_how_it_is_read()
    {
        byte[] packed = TemporaryFolder.Gzip(Lines(20_000));
        packed.AsSpan(packed.Length / 2, 20).Fill(0xFF);
        _folder.Write("a.gz", packed);
        int[] lengths = [.. new[] { 1, 100, 4096, 1 << 20 }.Select(size =>
        {
            using var source = new FileSource([_folder.UriOf("a.gz")]);
            Assert.True(source.NextPart(out _));
            int length = 0;
            byte[] buffer = new byte[size];
            Assert.Equal(ExitCode.InputOutput, Assert.Throws<StopException>(() =>
            {
                for (int read = 1; read > 0; length += read)
                {
                    read = source.Read(buffer);
                }
            }).Code);
            return length;
        })];
        Assert.True(lengths[0] > 0);
        Assert.Single(lengths.Distinct());
    }

    [Fact]
    public void Bytes_in_counts_before_decompression()
    {
        byte[] packed = TemporaryFolder.Gzip(Lines(10_000));
        _folder.Write("a.gz", packed);
        using var source = new FileSource([_folder.UriOf("a.gz")]);
        Reading.All(source);
        Assert.Equal(packed.Length, source.BytesIn);
    }

    /// <summary>Wherever a file of two members is cut, what can be decoded comes first, and then 74, but for a cut exactly between them.</summary>
    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void A_truncated_file_gives_what_it_has_and_then_74(CompressionLevel level)
    {
        string first = Lines(40);
        string second = Lines(20);
        byte[] one = TemporaryFolder.Gzip(first, level);
        byte[] packed = [.. one, .. TemporaryFolder.Gzip(second, level)];
        for (int length = 1; length < packed.Length; length++)
        {
            if (length == one.Length)
            {
                Assert.Equal(first, Read(packed[..length]));
                continue;
            }

            (string read, StopException fault) = ReadToFault(packed[..length]);
            Assert.Equal(ExitCode.InputOutput, fault.Code);
            Assert.Contains("a.gz", fault.Message, StringComparison.Ordinal);
            Assert.StartsWith(read, first + second, StringComparison.Ordinal);
            Assert.True(length < one.Length || read.StartsWith(first, StringComparison.Ordinal), $"cut at {length}: {read.Length} bytes");
        }

        // Stored blocks come through up to the cut itself.
        if (level == CompressionLevel.NoCompression)
        {
            Assert.Equal((first + second)[..^4], ReadToFault(packed[..^12]).Text);
        }
    }

    [Fact]
    public void A_large_truncated_file_gives_nearly_all()
    {
        string text = Lines(100_000);
        byte[] packed = TemporaryFolder.Gzip(text);
        (string read, _) = ReadToFault(packed[..^8]);
        Assert.Equal(text, read);
    }

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "no gzip", [.. "id\n1\n"u8] },
        { "one byte", [0x1F] },
        { "garbage behind", [.. TemporaryFolder.Gzip("text"), .. "garbage"u8] },
        { "unknown method", [0x1F, 0x8B, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "no deflate", [.. TemporaryFolder.Gzip("text")[..10], 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] },
        { "checksum", Flipped(TemporaryFolder.Gzip(Lines(3)), 6) },
        { "size", Flipped(TemporaryFolder.Gzip(Lines(3)), 2) },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damage_is_74(string what, byte[] packed)
    {
        (_, StopException fault) = ReadToFault(packed);
        Assert.True(fault.Code == ExitCode.InputOutput, what);
    }

    [Fact]
    public void Random_members_at_random_buffer_sizes_come_through()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 40; round++)
        {
            var packed = new List<byte>();
            var text = new StringBuilder();
            for (int member = random.Next(1, 6); member > 0; member--)
            {
                string piece = random.Next(4) == 0 ? new string('\0', random.Next(20)) : Lines(random.Next(3000));
                text.Append(piece);
                packed.AddRange(TemporaryFolder.Gzip(piece, (CompressionLevel)random.Next(4)));
            }

            Assert.True(text.ToString() == Read([.. packed], random.Next(1, 100_000)), $"seed {seed}, round {round}");
        }
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"{i},line,{i * 7919 % 1000}\n"));

    private static byte[] Flipped(byte[] bytes, int fromEnd)
    {
        bytes[^fromEnd] ^= 1;
        return bytes;
    }

    private string Read(byte[] packed, int bufferSize = 4096)
    {
        _folder.Write("a.gz", packed);
        using var source = new FileSource([_folder.UriOf("a.gz")]);
        Assert.True(source.NextPart(out _));
        return Reading.Part(source, bufferSize);
    }

    private (string Text, StopException Fault) ReadToFault(byte[] packed)
    {
        _folder.Write("a.gz", packed);
        using var source = new FileSource([_folder.UriOf("a.gz")]);
        Assert.True(source.NextPart(out _));
        var read = new MemoryStream();
        StopException fault = Assert.Throws<StopException>(() => Reading.Part(source, read));
        return (Encoding.UTF8.GetString(read.ToArray()), fault);
    }
}
