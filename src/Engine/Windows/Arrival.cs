using System;

namespace DataStream.Windows;

/// <summary>When a value came: event time (0 without), payload, place among the payload's events + 1 (0: no value yet).</summary>
internal static class Arrival
{
    public const int Words = 3;

    private const long PayloadsOfARun = 1L << 40; // more than any run has

    public static bool IsSet(ReadOnlySpan<long> state) => state[2] != 0;

    /// <summary>Moves an arrival of an earlier process before all that are to come; those that were moved before stay before it.</summary>
    public static void Restore(Span<long> state) => state[1] -= IsSet(state) ? PayloadsOfARun : 0;

    public static int Compare(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        int order = a[0].CompareTo(b[0]);
        order = order != 0 ? order : a[1].CompareTo(b[1]);
        return order != 0 ? order : a[2].CompareTo(b[2]);
    }
}
