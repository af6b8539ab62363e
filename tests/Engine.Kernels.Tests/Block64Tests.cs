using System;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class Block64Tests
{
    [Fact]
    public void A_mask_has_one_bit_for_each_equal_byte()
    {
        var random = new Random(64);
        var bytes = new byte[128];
        for (int round = 0; round < 10_000; round++)
        {
            random.NextBytes(bytes);
            byte value = (byte)random.Next(256);
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = random.Next(4) switch { 0 => value, 1 => (byte)(value ^ 0x80), 2 => (byte)(value + 1), _ => bytes[i] };
            }

            int offset = random.Next(64);
            ulong expected = 0;
            for (int i = 0; i < 64; i++)
            {
                expected |= bytes[offset + i] == value ? 1UL << i : 0;
            }

            Block64 block = Block64.Load(ref bytes[0], offset);
            Assert.Equal(expected, block.Equal(value));
            Assert.Equal(expected, block.EqualScalar(value));
            Assert.Equal(expected != 0, block.Contains(value));
            byte other = random.Next(2) == 0 ? bytes[random.Next(128)] : (byte)random.Next(256);
            Assert.Equal(expected | block.EqualScalar(other), block.EqualEither(value, other));
        }
    }

    [Fact]
    public void Prefix_xor_is_the_parity_of_the_bits_at_or_below()
    {
        var random = new Random(65);
        for (int round = 0; round < 10_000; round++)
        {
            ulong bits = (ulong)random.NextInt64(long.MinValue, long.MaxValue) & (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            ulong expected = 0;
            bool inside = false;
            for (int i = 0; i < 64; i++)
            {
                inside ^= (bits >> i & 1) != 0;
                expected |= inside ? 1UL << i : 0;
            }

            Assert.Equal(expected, Block64.PrefixXor(bits));
            Assert.Equal(expected, Block64.PrefixXorScalar(bits));
        }
    }
}
