using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Bench.Rings;

/// <summary>An event of one cache line: eight numbers, written one by one and all read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Event64
{
    public long A, B, C, D, E, F, G, H;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the fill bounds the rate; a call around it would be measured instead
    public void Fill(long number)
    {
        A = number;
        B = number + 1;
        C = number + 2;
        D = number + 3;
        E = number + 4;
        F = number + 5;
        G = number + 6;
        H = number + 7;
    }

    public readonly long Sum => A + B + C + D + E + F + G + H;

    /// <summary>What the sums of the events 0 to count − 1 come to.</summary>
    public static long Total(long count) => unchecked((8 * (count * (count - 1) / 2)) + (28 * count));

    public static void Check(long sum, long count)
    {
        if (sum != Total(count))
        {
            throw new InvalidOperationException($"{count} events sum up to {sum}, not {Total(count)}");
        }
    }
}
