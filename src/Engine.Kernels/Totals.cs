using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Adds counts to totals.</summary>
public static class Totals
{
    /// <summary>Adds each count to the total at its place, modulo 2^64.</summary>
    public static void Add(ReadOnlySpan<long> counts, Span<long> totals)
    {
        totals = totals[..counts.Length];

        // Safe: the same memory, as many whole vectors as there are.
        ReadOnlySpan<Vector<long>> addends = MemoryMarshal.Cast<long, Vector<long>>(counts);
        Span<Vector<long>> sums = MemoryMarshal.Cast<long, Vector<long>>(totals);
        for (int i = 0; i < addends.Length; i++)
        {
            sums[i] += addends[i];
        }

        for (int i = addends.Length * Vector<long>.Count; i < counts.Length; i++)
        {
            totals[i] += counts[i];
        }
    }
}
