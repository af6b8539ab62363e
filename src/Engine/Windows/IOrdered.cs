using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>A column type whose values map to whole numbers of the same order, and back.</summary>
internal interface IOrdered<T> where T : unmanaged
{
    /// <summary>Whether a value may map to the lowest or highest number, which otherwise say "no value yet".</summary>
    static abstract bool FullRange { get; }

    static abstract long Order(T value);

    static abstract T Value(long order);
}

/// <summary>int64 and decimals.</summary>
internal readonly struct OrderedInt64 : IOrdered<long>
{
    public static bool FullRange => true;

    public static long Order(long value) => value;

    public static long Value(long order) => order;
}

/// <summary>Timestamps; their range ends far from the extremes.</summary>
internal readonly struct OrderedTimestamp : IOrdered<Timestamp>
{
    public static bool FullRange => false;

    public static long Order(Timestamp value) => value.Microseconds;

    public static Timestamp Value(long order) => new(order);
}

/// <summary>Doubles in IEEE 754's total order: −0 before 0. The extremes are NaNs.</summary>
internal readonly struct OrderedFloat64 : IOrdered<double>
{
    public static bool FullRange => false;

    public static long Order(double value) => Summaries.OrderOf(value);

    public static double Value(long order) => BitConverter.Int64BitsToDouble(order ^ ((order >> 63) & long.MaxValue));
}

/// <summary>false before true.</summary>
internal readonly struct OrderedBool : IOrdered<bool>
{
    public static bool FullRange => false;

    public static long Order(bool value) => value ? 1 : 0;

    public static bool Value(long order) => order != 0;
}

/// <summary>Doubles where −0 is 0: for counting distinct ones.</summary>
internal readonly struct CanonicalFloat64 : IOrdered<double>
{
    public static bool FullRange => false;

    public static long Order(double value) => OrderedFloat64.Order(value + 0.0);

    public static double Value(long order) => OrderedFloat64.Value(order);
}
