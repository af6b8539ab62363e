using System;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class LinesTests
{
    [Fact]
    public void Counting_and_taking_agree_with_their_scalar_twins_at_every_length()
    {
        var random = new Random(300);
        for (int length = 0; length <= 300; length++)
        {
            for (int round = 0; round < 40; round++)
            {
                // Noise behind the text must not count.
                var bytes = new byte[length + Block64.Length];
                int share = random.Next(2) == 0 ? 4 : 60;
                for (int i = 0; i < bytes.Length; i++)
                {
                    bytes[i] = random.Next(share) == 0 ? (byte)'\n' : random.Next(share) == 0 ? (byte)'\r' : (byte)'a';
                }

                ReadOnlySpan<byte> text = bytes.AsSpan(0, length);
                Assert.Equal(Lines.CountScalar(text), Lines.Count(text));
                int maxLines = random.Next(1, 40);
                int maxLine = random.Next(2) == 0 ? random.Next(1, 20) : random.Next(64, 200);
                int expected = Lines.TakeScalar(text, maxLines, maxLine, out int lines);
                Assert.Equal((expected, lines), (Lines.Take(text, maxLines, maxLine, out int taken), taken));
            }
        }
    }
}
