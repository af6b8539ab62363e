using System;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class LimbsTests
{
    [Fact]
    public void Division_and_rounding_agree_with_whole_numbers_of_any_size()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            ulong[] numerator = Number(random, random.Next(1, 7));
            ulong[] denominator = Number(random, random.Next(1, 4));
            int exponent = random.Next(4) == 0 ? random.Next(-1500, 1100) : random.Next(-1074, -900);
            BigInteger n = Value(numerator);
            BigInteger d = Value(denominator);
            if (d.IsZero)
            {
                continue;
            }

            (BigInteger scaledN, BigInteger scaledD) = exponent < 0 ? (n, d << -exponent) : (n << exponent, d);
            ExactSumTests.AssertBits(Fractions.Round(scaledN, scaledD), LimbDivision.Divide(numerator, denominator, exponent), seed);
            ExactSumTests.AssertBits(Fractions.Round(n, exponent < 0 ? BigInteger.One << -exponent : 1) * (exponent > 0 ? 0 : 1), exponent > 0 ? 0 : Limbs.ToDouble(numerator, exponent), seed);
            if (denominator[0] != 0)
            {
                (scaledN, scaledD) = exponent < 0 ? (n, (BigInteger)denominator[0] << -exponent) : (n << exponent, denominator[0]);
                ExactSumTests.AssertBits(Fractions.Round(scaledN, scaledD), LimbDivision.Divide(numerator, denominator[0], exponent), seed);
            }
        }
    }

    [Fact]
    public void Sums_differences_and_products_agree()
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            int length = random.Next(3, 8);
            ulong[] a = Number(random, length);
            ulong[] b = Number(random, length);
            BigInteger modulus = BigInteger.One << (64 * length);
            ulong[] sum = [.. a];
            Assert.Equal(Value(a) + Value(b) >= modulus, Limbs.Add(sum, b));
            Assert.Equal((Value(a) + Value(b)) % modulus, Value(sum));
            Limbs.Subtract(sum, b);
            Assert.Equal(a, sum);
            var product = new ulong[2 * length];
            Limbs.Multiply(a, b, product);
            Assert.Equal(Value(a) * Value(b), Value(product));
            UInt128 part = new(random.Next(2) == 0 ? 0 : b[1], b[0]);
            int bit = random.Next(0, 64 * length);
            ulong[] shifted = [.. a];
            Limbs.Add(shifted, part, bit);
            Assert.Equal((Value(a) + ((BigInteger)part << bit)) % modulus, Value(shifted));
            Limbs.Subtract(shifted, part, bit);
            Assert.Equal(a, shifted);
        }
    }

    [Fact]
    public void Whole_numbers_and_decimals_become_the_nearest_double()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            int scale = random.Next(0, 19);
            Int128 value = random.Next(3) switch
            {
                0 => random.Next(-1000, 1000),
                1 => random.NextInt64(long.MinValue, long.MaxValue),
                _ => ((Int128)random.NextInt64(long.MinValue, long.MaxValue) << random.Next(0, 40)) + random.Next(3),
            };
            ExactSumTests.AssertBits(Fractions.Round((BigInteger)value, BigInteger.Pow(10, scale)), Quotients.ToDouble(value, scale), seed);
        }
    }

    private static ulong[] Number(Random random, int length)
    {
        var number = new ulong[length];
        random.NextBytes(MemoryMarshal.AsBytes(number.AsSpan()));
        for (int i = 0; i < length; i++)
        {
            number[i] = random.Next(6) switch { 0 => 0, 1 => ulong.MaxValue, 2 => 1UL << random.Next(64), 3 => number[i] >> random.Next(64), _ => number[i] };
        }

        return number;
    }

    private static BigInteger Value(ulong[] number) => new(MemoryMarshal.AsBytes(number.AsSpan()), isUnsigned: true);
}
