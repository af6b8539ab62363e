using System;
using System.Linq;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class SketchKernelTests
{
    [Theory]
    [InlineData(1_025)]
    [InlineData(5_000)]
    [InlineData(40_000)]
    [InlineData(300_000)]
    public void HyperLogLog_counts_within_four_standard_errors_and_merges_without_loss(int count)
    {
        var all = new long[HyperLogLog.Words];
        var odd = new long[HyperLogLog.Words];
        var even = new long[HyperLogLog.Words];
        for (int i = 0; i < count; i++)
        {
            HyperLogLog.Add(all, HyperLogLog.Mix(i * 7L));
            HyperLogLog.Add(i % 2 == 0 ? even : odd, HyperLogLog.Mix(i * 7L));
        }

        Assert.InRange(HyperLogLog.Estimate(all), count * (1 - (4 * 0.0081)), count * (1 + (4 * 0.0081)));
        HyperLogLog.Merge(even, odd);
        Assert.Equal(all, even);
    }

    [Fact]
    public void A_bucket_stands_for_its_values_within_the_stated_error()
    {
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++)
        {
            double value = Math.Abs(Fractions.Hostile(random));
            if (value is > 1e-300 and < 1e300)
            {
                Assert.InRange(QuantileSketch.Value(QuantileSketch.Index(value)) / value, 1 - (QuantileSketch.Accuracy * 1.0001), 1 + (QuantileSketch.Accuracy * 1.0001));
            }
        }

        Assert.InRange(QuantileSketch.Index(double.Epsilon), -80_000, 0);
        Assert.InRange(QuantileSketch.Index(double.MaxValue), 0, 80_000);
    }

    [Fact]
    public void Short_texts_load_as_their_bytes_and_zeros()
    {
        byte[] bytes = [.. Enumerable.Range(1, 40).Select(i => (byte)(i * 37))];
        Span<byte> expected = stackalloc byte[16];
        Span<byte> actual = stackalloc byte[16];
        for (int length = 0; length <= 16; length++)
        {
            for (int from = 0; from < 20; from++)
            {
                expected.Clear();
                bytes.AsSpan(from, length).CopyTo(expected);
                (ulong low, ulong high) = ShortText.LoadPadded(ref bytes[from], length);
                ShortText.Store(low, high, actual);
                Assert.True(expected.SequenceEqual(actual), $"length {length}");
            }
        }
    }

    [Fact]
    public void Radix_sort_is_a_stable_sort_at_every_length()
    {
        for (int length = 0; length <= 300; length++)
        {
            var random = new Random(length);
            int bytes = random.Next(0, 9);
            ulong mask = bytes == 8 ? ulong.MaxValue : (1UL << (8 * bytes)) - 1;
            ulong[] keys = [.. Enumerable.Range(0, length).Select(_ => (ulong)random.NextInt64() & mask & (random.Next(2) == 0 ? 0xFF00FFUL : ulong.MaxValue))];
            int[] items = [.. Enumerable.Range(0, length)];
            int[] expected = [.. items.OrderBy(i => keys[i])];
            RadixSort.Sort(keys, items, new ulong[length], new int[length], bytes);
            Assert.True(expected.SequenceEqual(items), $"length {length}");
            Assert.True(keys.SequenceEqual(keys.Order()), $"length {length}");
        }
    }
}
