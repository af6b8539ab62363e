using System;
using System.Diagnostics;

namespace DataStream.Rings;

/// <summary>The bells that this thread has yet to ring: it changed what others may wait for and goes on first, for waking a thread costs both as much as a small payload.</summary>
/// <remarks>
/// Every wait begins with paying, so a thread that waits owes nothing, and nobody waits for one that waits for him. A thread that ends without a wait
/// completes or poisons its rings, which rings too. A bell is owed by one thread only: that of the one side that rings it.
/// </remarks>
internal static class Debts<TMemory> where TMemory : struct, IMemory
{
    private static readonly long s_moment = Stopwatch.Frequency / 100;

    [ThreadStatic]
    private static Bell<TMemory>? t_first;

    /// <summary>Call first on a thread that will owe: its first look at the list allocates.</summary>
    public static void Begin() => t_first = null;

    /// <summary>Puts a ring off until this thread waits.</summary>
    public static void Owe(Bell<TMemory> bell)
    {
        if (!bell.IsOwed)
        {
            (bell.IsOwed, bell.OwedBefore) = (true, t_first);
            t_first = bell;
            DebtCount.OfThread++;
        }
    }

    /// <summary>Rings what this thread has owed for longer than a moment, though it does not wait.</summary>
    /// <param name="since">When the caller first found a debt here; the caller keeps it, 0 at first.</param>
    public static void PayOld(ref long since)
    {
        if (DebtCount.OfThread == 0)
        {
            since = 0;
            return;
        }

        long now = Stopwatch.GetTimestamp();
        if (since == 0)
        {
            since = now;
        }
        else if (now - since > s_moment)
        {
            Pay();
            since = 0;
        }
    }

    /// <summary>Rings what this thread owes.</summary>
    public static void Pay()
    {
        while (DebtCount.OfThread > 0 && t_first is { } bell)
        {
            DebtCount.OfThread--;
            t_first = bell.OwedBefore;
            (bell.IsOwed, bell.OwedBefore) = (false, null);
            bell.RingIfArmed();
        }
    }
}

/// <summary>How many bells this thread has yet to ring.</summary>
internal static class DebtCount
{
    /// <summary>A number apart from the list: a thread's first look at a reference of its own allocates, and a program's thread that waits for a full ring must not.</summary>
    [ThreadStatic]
    public static int OfThread;
}
