using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>Lowest, highest, count and exact sum of doubles by group: the most usual aggregates, in one loop over rows.</summary>
/// <remarks>
/// A group's state is <see cref="Words"/> words: the order of the lowest value, the order of the highest (<see cref="OrderOf"/>), how many values, and
/// high and low of <see cref="ExactSum"/>'s pair.
/// </remarks>
public static class Summaries
{
    public const int Words = 5;

    /// <summary>A finite double as an integer of the same order, −0 below 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long OrderOf(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        return bits ^ ((bits >> 63) & long.MaxValue);
    }

    /// <summary>Adds each row's value to its group's state.</summary>
    /// <param name="rows">The rows: places in <paramref name="values"/>.</param>
    /// <param name="places">For each of them, where its group's record begins: the caller vouches that all of it lies in <paramref name="records"/>.</param>
    /// <param name="values">A column.</param>
    /// <param name="records">Records of groups.</param>
    /// <param name="offset">Where in a record the state begins.</param>
    /// <returns>How many rows there are, or the first whose value the pair of doubles cannot take: it is in the state but for the pair.</returns>
    public static int Fold(ReadOnlySpan<int> rows, ReadOnlySpan<int> places, ReadOnlySpan<double> values, Span<long> records, int offset)
    {
        places = places[..rows.Length];

        // Safe: states lie in their records, at places that the caller's table gave out.
        ref long states = ref Unsafe.Add(ref MemoryMarshal.GetReference(records), offset);
        Vector128<long> other = Vector128.Create(0, -1L);
        for (int i = 0; i < rows.Length; i++)
        {
            // Safe: as above; five words from the state's first one on.
            ref long state = ref Unsafe.Add(ref states, (nint)(uint)places[i]);
            double value = values[rows[i]];

            // Both at once, and written whether better or not: which of the two nobody can guess.
            // Safe: two words, then the third.
            Vector128<long> order = Vector128.Create(OrderOf(value));
            Vector128<long> best = Vector128.LoadUnsafe(ref state);
            Vector128.ConditionalSelect(Vector128.GreaterThan(best, order) ^ other, order, best).StoreUnsafe(ref state);
            Unsafe.Add(ref state, 2)++;

            // Safe: the pair is the state's last two words.
            ref double high = ref Unsafe.As<long, double>(ref Unsafe.Add(ref state, 3));
            if (!ExactSum.TryAdd(ref high, ref Unsafe.Add(ref high, 1), value))
            {
                return i;
            }
        }

        return rows.Length;
    }
}
