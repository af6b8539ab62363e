using System;
using System.Runtime;

namespace DataStream.Flow;

/// <summary>Managed bytes that the calling thread has allocated, each in the innermost stage that was at work.</summary>
/// <remarks>
/// A background collection takes from every thread what is left of its last piece of the heap, and the class library's count moves by that though
/// nothing was allocated: once in a collection and by no more than a piece. So much is forgiven, once for each collection, where collections run in the
/// background; what leaks is seen with the next payload. Where they do not, as in the command <c>datastream</c>, nothing is forgiven.
/// </remarks>
public static class LaneAllocations
{
    // A piece of the heap has 8 KiB, and a header more where collections have a heap for each core.
    private const long LargestPiece = (8 << 10) + 32;

    private static readonly bool s_inBackground = GCSettings.LatencyMode != GCLatencyMode.Batch;

    // One place for all: finding a thread's own costs as much as reading it.
    [ThreadStatic]
    private static Account t_account;

    /// <summary>All that this thread has allocated.</summary>
    public static long Total() => TotalOf(ref t_account);

    /// <summary>What no stage is known to have allocated: read where a stage begins, for <see cref="Attribute"/>.</summary>
    public static long Unattributed() => UnattributedOf(ref t_account);

    /// <summary>The bytes since <see cref="Unattributed"/> gave <paramref name="since"/>, without those of stages that ran and ended meanwhile.</summary>
    public static long Attribute(long since)
    {
        ref Account account = ref t_account;
        long own = UnattributedOf(ref account) - since;
        account.Attributed += own;
        return own;
    }

    private static long UnattributedOf(ref Account account) => TotalOf(ref account) - account.Attributed;

    private static long TotalOf(ref Account account)
    {
        long now = GC.GetAllocatedBytesForCurrentThread();
        if (now != account.Seen)
        {
            Step(ref account, now);
        }

        return now - account.Forgiven;
    }

    private static void Step(ref Account account, long now)
    {
        if (account.Seen == 0)
        {
            account.Collections = Math.Max(0, GC.CollectionCount(2) - 1); // one that is under way may still come by
        }
        else if (s_inBackground)
        {
            account.Forgiven += Forgiven(now - account.Seen, GC.CollectionCount(2), ref account.Collections);
        }

        account.Seen = now;
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

    /// <summary>What is known of a thread.</summary>
    private struct Account
    {
        public long Seen;
        public long Forgiven;
        public long Attributed;
        public int Collections;
    }
}
