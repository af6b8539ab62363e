using System;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class TimestampTextTests
{
    [Fact]
    public void Instants_one_after_the_other_are_what_each_of_them_is_alone()
    {
        const long Second = 1_000_000;
        const long Day = 86_400 * Second;
        var random = new Random(20261127);
        var kept = new TimestampText();
        byte[] expected = new byte[Timestamps.MaxLength];
        byte[] target = new byte[64];
        long micros = 0;
        for (int i = 0; i < 200_000; i++)
        {
            micros = random.Next(12) switch
            {
                0 or 1 => micros,
                2 => random.NextInt64(Timestamp.MinMicroseconds, Timestamp.MaxMicroseconds + 1),
                3 => micros + random.NextInt64(-Day, Day),
                4 => micros + Second,
                5 => micros - (micros % Second),
                6 => micros - (micros % Second) + (random.Next(1000) * 1000),
                _ => micros + random.Next(-3000, 5000),
            };
            micros = Math.Clamp(micros, Timestamp.MinMicroseconds, Timestamp.MaxMicroseconds);
            int room = random.Next(4) == 0 ? Timestamps.MaxLength : target.Length;
            int length = kept.Write(micros, target.AsSpan(0, room));
            Assert.Equal(Encoding.ASCII.GetString(expected, 0, Timestamps.Format(micros, expected)), Encoding.ASCII.GetString(target, 0, length));
        }
    }
}
