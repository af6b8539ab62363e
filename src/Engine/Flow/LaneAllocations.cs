using System;
using System.Runtime;

namespace DataStream.Flow;

/// <summary>Managed bytes that the calling thread has allocated, each in the innermost stage that was at work.</summary>
/// <remarks>
/// A background collection takes from every thread what is left of its last piece of the heap, and the class library's count moves by that though
/// nothing was allocated: once in a collection and by no more than a piece. So much is forgiven, once for each collection, where collections run in the
/// background; what leaks is seen with the next payload. Where they do not, as in the command <c>datastream</c>, nothing is forgiven.
/// </remarks>
public sealed class LaneAllocations
{
    // A piece of the heap has 8 KiB, and a header more where collections have a heap for each core.
    private const long LargestPiece = (8 << 10) + 32;

    private static readonly bool s_inBackground = GCSettings.LatencyMode != GCLatencyMode.Batch;

    [ThreadStatic]
    private static LaneAllocations? t_own;

    private long _seen;
    private long _forgiven;
    private long _attributed;
    private int _collections;

    /// <summary>Those of the calling thread, which alone may ask them. Finding them costs as much as asking: kept by who asks often.</summary>
    public static LaneAllocations OfThread => t_own ??= new LaneAllocations();

    /// <summary>All that the thread has allocated.</summary>
    public long Total()
    {
        long now = GC.GetAllocatedBytesForCurrentThread();
        if (now != _seen)
        {
            Step(now);
        }

        return now - _forgiven;
    }

    /// <summary>What no stage is known to have allocated: read where a stage begins, for <see cref="Attribute"/>.</summary>
    public long Unattributed() => Total() - _attributed;

    /// <summary>The bytes since <see cref="Unattributed"/> gave <paramref name="since"/>, without those of stages that ran and ended meanwhile.</summary>
    public long Attribute(long since)
    {
        long own = Unattributed() - since;
        _attributed += own;
        return own;
    }

    private void Step(long now)
    {
        if (_seen == 0)
        {
            _collections = Math.Max(0, GC.CollectionCount(2) - 1); // one that is under way may still come by
        }
        else if (s_inBackground)
        {
            _forgiven += Forgiven(now - _seen, GC.CollectionCount(2), ref _collections);
        }

        _seen = now;
    }

    /// <summary>How much of a step of the count a background collection may have made.</summary>
    /// <param name="step">Bytes.</param>
    /// <param name="collections">Full collections of the process so far.</param>
    /// <param name="known">Those that explain no further step.</param>
    internal static long Forgiven(long step, int collections, ref int known)
    {
        if (step > LargestPiece || collections <= known)
        {
            return 0;
        }

        known = collections;
        return step;
    }
}
