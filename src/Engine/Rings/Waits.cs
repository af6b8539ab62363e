using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>What a look at a waiter's condition says.</summary>
internal enum Verdict
{
    Wait,

    /// <summary>What was waited for is there.</summary>
    Go,

    /// <summary>It will not come.</summary>
    Never,
}

/// <summary>What a thread waits for.</summary>
internal interface ICondition
{
    Verdict Look();
}

/// <summary>The wait of every ring: look, back off, and park where the strategy parks.</summary>
internal static class Waits<TMemory> where TMemory : struct, IMemory
{
    /// <summary>Waits for the condition, which the caller found not met and whose changes ring the bell. Counts the wait and learns from it in the waiter's own line.</summary>
    /// <returns>False when it will not come, or the wait was cancelled.</returns>
    // Out of the callers' way: they inline the case without a wait.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Until<TCondition>(TCondition condition, Bell<TMemory> bell, WaitManner manner, ref WaitCounts counts, CancellationToken cancellation)
        where TCondition : struct, ICondition
    {
        counts.Waits++;
        Debts<TMemory>.Pay();
        switch (manner.Strategy)
        {
            case WaitStrategy.BusySpin:
                var busy = new BusyBackoff(manner.Pauses);
                return Loop(condition, ref busy, bell, cancellation);
            case WaitStrategy.Block:
                var parking = default(ParkingBackoff);
                return Loop(condition, ref parking, bell, cancellation);
            default:
                var learning = new LearningBackoff(manner.Strategy == WaitStrategy.Adaptive, manner.Pauses, counts.Spins, counts.Waits);
                bool came = Loop(condition, ref learning, bell, cancellation);
                counts.Spins = learning.Learn();
                return came;
        }
    }

    private static bool Loop<TCondition, TBackoff>(TCondition condition, ref TBackoff backoff, Bell<TMemory> bell, CancellationToken cancellation)
        where TCondition : struct, ICondition
        where TBackoff : struct, IBackoff
    {
        while (!cancellation.IsCancellationRequested)
        {
            // The caller has just looked: a second look at once would take the line from the other side for an item or two.
            if (!backoff.Turn<TMemory>())
            {
                long round = bell.Arm();
                if (condition.Look() == Verdict.Wait)
                {
                    bell.Sleep(round, cancellation);
                }
            }

            Verdict verdict = condition.Look();
            if (verdict != Verdict.Wait)
            {
                return verdict == Verdict.Go;
            }
        }

        return false;
    }
}
