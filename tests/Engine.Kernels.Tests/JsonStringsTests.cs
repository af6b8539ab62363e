using System;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class JsonStringsTests
{
    [Fact]
    public void The_plain_part_ends_where_the_scalar_twin_says()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int length = 0; length <= 300; length++)
        {
            byte[] text = new byte[length];
            random.NextBytes(text);
            for (int i = 0; i < length; i++)
            {
                // Mostly plain, so that whole vectors pass.
                text[i] = random.Next(40) == 0 ? text[i] : (byte)(text[i] | 0x80);
            }

            for (int start = 0; start <= length; start += random.Next(1, 9))
            {
                Assert.True(JsonStrings.PlainEndScalar(text, start) == JsonStrings.PlainEnd(text, start), $"seed {seed}, length {length}, start {start}");
            }
        }
    }

    [Fact]
    public void Every_byte_is_plain_or_not_at_every_place()
    {
        byte[] text = new byte[40];
        for (int value = 0; value < 256; value++)
        {
            bool isPlain = value >= 0x20 && value is not ('"' or '\\');
            for (int at = 0; at < text.Length; at++)
            {
                text.AsSpan().Fill((byte)'x');
                text[at] = (byte)value;
                Assert.Equal(isPlain ? text.Length : at, JsonStrings.PlainEnd(text, 0));
            }
        }
    }

    [Fact]
    public void A_start_behind_the_text_is_a_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => JsonStrings.PlainEnd("ab"u8, 3));
}
