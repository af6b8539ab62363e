using System;

namespace DataStream.Windows;

/// <summary>When a value came: event time (0 without), payload, place among the payload's events + 1 (0: no value yet).</summary>
internal static class Arrival
{
    public const int Words = 3;

    public static bool IsSet(ReadOnlySpan<long> state) => state[2] != 0;

    public static int Compare(ReadOnlySpan<long> a, ReadOnlySpan<long> b)
    {
        int order = a[0].CompareTo(b[0]);
        order = order != 0 ? order : a[1].CompareTo(b[1]);
        return order != 0 ? order : a[2].CompareTo(b[2]);
    }
}
