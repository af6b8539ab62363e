using System;
using DataStream.Kernels;

namespace DataStream.Flow;

/// <summary>What is counted per payload, and where in a span of longs each count lies.</summary>
/// <remarks>
/// A lane counts into its own array, the array rides in the payload's last slot of <c>main</c>, and the writer adds it up in payload order:
/// so every total is of whole payloads and the same for any number of lanes.
/// </remarks>
public sealed class CountsLayout(int outputs, int faults, int ordinals)
{
    /// <summary>Input records.</summary>
    public const int Events = 0;

    /// <summary>Rows that windows emitted.</summary>
    public const int WindowRows = 1;

    /// <summary>Events more than a day ahead of the wall clock.</summary>
    public const int FarFuture = 2;

    /// <summary>The greatest disorder met, in microseconds: combined by maximum.</summary>
    public const int MaxDisorder = 3;

    private const int Buckets = 4;
    private const int Outputs = Buckets + 8;
    private const int MaxReasons = 64;

    /// <summary>Places for events of one payload in the bit set of dead ones; 0 when nobody asks.</summary>
    public int Ordinals => ordinals;

    public int OutputCount => outputs;

    public int FaultCount => faults;

    /// <summary>Longs in all.</summary>
    public int Length => DeadBits + ((ordinals + 63) / 64);

    /// <summary>Where the bit set of dead events begins: bit i of word w is event w · 64 + i of the payload.</summary>
    public int DeadBits => Reasons + MaxReasons;

    // Behind all others: they are 0 where no event is dead, and then nobody touches them.
    private int Reasons => Outputs + (2 * outputs) + faults;

    public static int Of(Bucket bucket) => Buckets + (int)bucket;

    public int OfReason(int id) => Reasons + id;

    public static int RowsOut(int output) => Outputs + (2 * output);

    public static int RowsShed(int output) => Outputs + (2 * output) + 1;

    public int Fault(int index) => Outputs + (2 * outputs) + index;

    /// <summary>Makes a payload's counts those of the next one: 0.</summary>
    public void Clear(Span<long> counts) => counts[..(HasDead(counts) ? Length : Reasons)].Clear();

    /// <summary>Copies a payload's counts: without dead events what is known of such is left as it is, and nobody may ask for it.</summary>
    public void Copy(ReadOnlySpan<long> counts, Span<long> target) => counts[..(HasDead(counts) ? Length : Reasons)].CopyTo(target);

    /// <summary>Adds one payload's counts to totals (the bit set is left alone).</summary>
    public void Add(ReadOnlySpan<long> counts, Span<long> totals)
    {
        long disorder = Math.Max(totals[MaxDisorder], counts[MaxDisorder]);
        if (HasDead(counts) && !HasDead(totals))
        {
            totals[Reasons..].Clear(); // they may be a copy
        }

        Totals.Add(counts[..(HasDead(counts) ? DeadBits : Reasons)], totals);
        totals[MaxDisorder] = disorder;
    }

    private static bool HasDead(ReadOnlySpan<long> counts) => counts[Of(Bucket.Dead)] != 0;
}
