using System;
using System.Linq;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class RadixSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(300)]
    [InlineData(5_000)]
    public void Sorts_like_LINQ_and_keeps_equal_keys_in_order(int count)
    {
        const int Seed = 20260101;
        var random = new Random(Seed);
        for (int bytes = 0; bytes <= 8; bytes++)
        {
            ulong mask = bytes == 8 ? ulong.MaxValue : (1UL << (8 * bytes)) - 1;
            ulong[] keys = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64(long.MinValue, long.MaxValue) & mask & (random.Next(2) == 0 ? 3UL : ulong.MaxValue))];
            int[] items = [.. Enumerable.Range(0, count)];
            int[] expected = [.. items.OrderBy(i => keys[i])];

            // Working space may be longer than what is sorted; what lies behind is not touched.
            int spare = count + random.Next(100);
            ulong[] spareKeys = new ulong[spare];
            int[] spareItems = new int[spare];
            spareKeys.AsSpan(count).Fill(7);
            RadixSort.Sort(keys, items, spareKeys, spareItems, bytes);

            Assert.True(expected.SequenceEqual(items), $"seed {Seed}, {count} keys of {bytes} bytes");
            Assert.True(keys.Zip(keys.Skip(1)).All(p => p.First <= p.Second));
            Assert.All(spareKeys[count..], key => Assert.Equal(7UL, key));
        }
    }
}
