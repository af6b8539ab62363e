using System.Diagnostics;
using System.Threading;

namespace DataStream.Rings;

/// <summary>A position that one thread at a time moves forward and any number of threads wait for.</summary>
/// <remarks>What was written before <see cref="Set"/> is seen by who saw the position. It starts at 0 or at what it was made with.</remarks>
public sealed class Progress
{
    private readonly WaitManner _manner;
    private readonly Bell<Native> _bell = new();
    private PaddedSequence _value;
    private PaddedFlags _flags;

    // Of all waiters together; a lost update does no harm.
    private WaitCounts _counts;

    public Progress(WaitStrategy strategy, long value = 0)
    {
        _manner = new WaitManner(strategy, RingTuning.Balanced);
        _value.Value = value;
    }

    public long Value => Volatile.Read(ref _value.Value);

    public bool IsPoisoned => Volatile.Read(ref _flags.Poisoned) != 0;

    /// <summary>Moves the position forward, and wakes who waits for it.</summary>
    public void Set(long value)
    {
        Debug.Assert(value >= _value.Value, "a position moves forward only");
        Volatile.Write(ref _value.Value, value);
        _bell.RingIfArmed();
    }

    /// <summary>Waits until the position is at least this.</summary>
    /// <returns>False when poisoned before it was reached.</returns>
    public bool WaitFor(long atLeast) => WaitFor(atLeast, CancellationToken.None);

    /// <summary>Waits until the position is at least this.</summary>
    /// <returns>False when poisoned, or the wait cancelled, before it was reached.</returns>
    public bool WaitFor(long atLeast, CancellationToken cancellation) =>
        Value >= atLeast || Waits<Native>.Until(new Reached(this, atLeast), _bell, _manner, ref _counts, cancellation);

    /// <summary>Waits until the position is at least this; who moves it wakes the waiting thread too (<see cref="Meanwhile.Wake"/>).</summary>
    /// <param name="atLeast">The position.</param>
    /// <param name="meanwhile">What the waiting thread serves; null: nothing.</param>
    /// <returns>False when poisoned before it was reached.</returns>
    public bool WaitFor(long atLeast, Meanwhile? meanwhile) => meanwhile is null
        ? WaitFor(atLeast, CancellationToken.None)
        : Value >= atLeast || Waits<Native>.Until(new Serving<Reached>(new Reached(this, atLeast), meanwhile), meanwhile.Bell, _manner, ref _counts, CancellationToken.None);

    /// <summary>Any thread: ends all waits with false, but for positions that were reached.</summary>
    public void Poison()
    {
        Volatile.Write(ref _flags.Poisoned, 1);
        _bell.Ring();
    }

    private readonly struct Reached(Progress progress, long atLeast) : ICondition
    {
        public Verdict Look() => progress.Value >= atLeast ? Verdict.Go : progress.IsPoisoned ? Verdict.Never : Verdict.Wait;
    }
}
