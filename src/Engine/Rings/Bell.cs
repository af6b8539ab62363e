using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>Wakes parked threads. Announcing costs one load while nobody is parked.</summary>
/// <remarks>
/// A waiter announces itself (<see cref="Arm"/>), looks once more whether it must wait, and only then sleeps; the other
/// side changes the shared state and then looks for the announcement. Store, then load, on both sides: without fences
/// each could miss the other. The fence is paid by the waiter for both (asymmetric Dekker): a barrier over the whole process,
/// <see cref="Interlocked.MemoryBarrierProcessWide"/>, some microseconds before a sleep of many. A full fence at each
/// publish instead made a ring with single publishes about twenty times slower. <c>tests/models/bell.pml</c> is this class for a model checker.
/// </remarks>
internal sealed class Bell<TMemory> where TMemory : struct, IMemory
{
    private readonly Door _door = TMemory.MakeDoor();
    private PaddedFlags _flags;

    /// <summary>Whether a thread has put off ringing it (<see cref="Debts{TMemory}"/>). That thread alone asks.</summary>
    public bool IsOwed { get; set; }

    /// <summary>The bell that the same thread owed before this one.</summary>
    public Bell<TMemory>? OwedBefore { get; set; }

    /// <summary>Whether a waiter has announced itself since the last ring.</summary>
    public bool IsArmed => TMemory.Read(ref _flags.Armed) != 0;

    /// <summary>Announces a waiter. The caller looks at its condition again, then calls <see cref="Sleep"/> or goes on.</summary>
    /// <returns>What <see cref="Sleep"/> takes.</returns>
    public long Arm()
    {
        // Read before the announcement: a ring in between then ends the sleep before it starts.
        long round = _door.Round;
        TMemory.Write(ref _flags.Armed, 1);
        TMemory.BarrierEverywhere();
        return round;
    }

    /// <summary>Sleeps until the bell was rung since <see cref="Arm"/>, or the cancellation rings it.</summary>
    public void Sleep(long round, CancellationToken cancellation)
    {
        // Nothing is registered, or allocated, for a token that cannot be cancelled; one that is cancelled already rings at once.
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static bell => ((Bell<TMemory>)bell!).Ring(), this);
        _door.SleepWhile(round);
    }

    /// <summary>Call behind a volatile write of what the waiters look at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // one load and a branch at each publish
    public void RingIfArmed()
    {
        if (IsArmed)
        {
            Ring();
        }
    }

    /// <summary>Wakes every waiter, whether announced or not.</summary>
    public void Ring()
    {
        // In this order: who reads the new round announces itself after the flag was cleared, so it is not forgotten.
        TMemory.Write(ref _flags.Armed, 0);
        _door.NextRound();
    }
}
