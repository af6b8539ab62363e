using System.Numerics;

namespace DataStream.Tests.Windows;

/// <summary>A row of the tests' schema: null where it is null.</summary>
public sealed record Event(long Time, string? Key, long? Number, double? Value, long? Cents, bool? Flag, string? Name)
{
    /// <summary>The watermark's maximum before the event; set by the run.</summary>
    public long EarlierMax { get; set; } = long.MinValue;

    /// <summary>Position in the input.</summary>
    public int Arrival { get; set; }
}
