using System.Numerics;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class ShortestDecimalTests
{
    [Fact]
    public void Each_power_of_ten_is_the_least_number_of_128_bits_that_is_not_below_it()
    {
        ulong[] powers = ShortestDecimal.Powers();
        for (int k = ShortestDecimal.LeastPower; k <= ShortestDecimal.GreatestPower; k++)
        {
            BigInteger ten = BigInteger.Pow(10, int.Abs(k));
            int excess = (int)ten.GetBitLength() - 128;
            BigInteger expected = k < 0 ? Ceiling(BigInteger.One << ((int)ten.GetBitLength() + 127), ten)
                : excess > 0 ? Ceiling(ten, BigInteger.One << excess)
                : ten << -excess;
            int at = 2 * (k - ShortestDecimal.LeastPower);
            Assert.True(expected == ((BigInteger)powers[at] << 64) + powers[at + 1], $"10^{k}");
        }
    }

    private static BigInteger Ceiling(BigInteger dividend, BigInteger divisor) => (dividend + divisor - 1) / divisor;
}
