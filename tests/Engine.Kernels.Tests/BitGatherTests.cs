using System;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class BitGatherTests
{
    [Fact]
    public void Takes_the_bits_that_the_mask_names_by_instruction_and_by_runs()
    {
        const int Seed = 20260101;
        var random = new Random(Seed);
        for (int i = 0; i < 5_000; i++)
        {
            ulong word = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            ulong mask = (i % 4) switch
            {
                0 => (ulong)random.NextInt64(long.MinValue, long.MaxValue),
                1 => ulong.MaxValue << random.Next(64),
                2 => ulong.MaxValue >> random.Next(64),
                _ => i == 3 ? 0 : 0x0F0F_00FF_0000_0F0FUL << random.Next(16),
            };
            ulong expected = Bits(word, mask);

            Assert.True(expected == BitGather.Take(word, mask), $"seed {Seed}: {word:x} by {mask:x}");
            Assert.True(expected == BitGather.TakeRuns(word, mask), $"seed {Seed}: runs of {word:x} by {mask:x}");
        }
    }

    private static ulong Bits(ulong word, ulong mask)
    {
        ulong taken = 0;
        int at = 0;
        for (int bit = 0; bit < 64; bit++)
        {
            if ((mask >> bit & 1) != 0)
            {
                taken |= (word >> bit & 1) << at++;
            }
        }

        return taken;
    }
}
