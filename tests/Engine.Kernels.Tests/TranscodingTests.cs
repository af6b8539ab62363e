using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

/// <summary>Against the runtime's encodings, whatever the bytes and however they are cut.</summary>
public sealed class TranscodingTests
{
    private const int Seed = 1252;

    public static TheoryData<TextEncoding> All => [.. Enum.GetValues<TextEncoding>().Where(e => e != TextEncoding.Utf8)];

    [Theory]
    [MemberData(nameof(All))]
    public void Random_bytes_become_what_the_runtime_makes_of_them(TextEncoding encoding)
    {
        var random = new Random(Seed);
        for (int round = 0; round < 250; round++)
        {
            byte[] source = RandomBytes(random, encoding);
            byte[] expected = Encoding.UTF8.GetBytes(Oracle(encoding).GetString(source));
            var actual = new List<byte>();
            var ends = new List<(int Read, int Written)>();
            int at = 0;
            int shown = 0;
            while (at < source.Length)
            {
                shown = Math.Min(source.Length, Math.Max(shown, at) + random.Next(1, 40));
                var target = new byte[random.Next(4, 100)];
                int written = Transcoding.ToUtf8(source.AsSpan(at, shown - at), encoding, target, shown == source.Length, out int consumed);
                at += consumed;
                actual.AddRange(target[..written]);
                ends.Add((at, actual.Count));
            }

            Assert.True(expected.AsSpan().SequenceEqual(actual.ToArray()), $"seed {Seed}, round {round}: {Convert.ToHexString(source)}");
            foreach ((int read, int written) in ends.Where(e => e.Read < source.Length || source.Length % 2 == 0))
            {
                Assert.True(read == Transcoding.LengthBefore(actual.ToArray().AsSpan(0, written), encoding), $"seed {Seed}, round {round}: {read} bytes");
            }
        }
    }

    [Fact]
    public void Utf8_is_copied() =>
        Assert.Equal((3, 3L), (Transcoding.ToUtf8([0xFF, 0xC3, 1], TextEncoding.Utf8, new byte[9], true, out int consumed), consumed + Transcoding.LengthBefore([], TextEncoding.Utf8)));

    private static Encoding Oracle(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Latin1 => Encoding.Latin1,
        TextEncoding.Windows1252 => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
        TextEncoding.Utf16 => Encoding.Unicode,
        _ => Encoding.BigEndianUnicode,
    };

    private static byte[] RandomBytes(Random random, TextEncoding encoding)
    {
        var bytes = new byte[random.Next(random.Next(3) == 0 ? 3000 : 40)];
        random.NextBytes(bytes);
        for (int i = 0; i < bytes.Length && random.Next(4) > 0; i++)
        {
            // Letters, and of UTF-16 many halves of pairs.
            int high = encoding == TextEncoding.Utf16 ? 1 : 0;
            bytes[i] = encoding is TextEncoding.Latin1 or TextEncoding.Windows1252 ? (byte)(random.Next(5) == 0 ? bytes[i] : (byte)'a')
                : i % 2 != high ? bytes[i]
                : (byte)(random.Next(4) switch { 0 => 0xD8 + random.Next(4), 1 => 0xDC + random.Next(4), _ => 0 });
        }

        return bytes;
    }
}
