using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>A position that one thread at a time moves forward and any number of threads wait for.</summary>
/// <remarks>What was written before <see cref="Set"/> is seen by who saw the position. It starts at 0 or at what it was made with.</remarks>
public sealed class Progress
{
    private readonly WaitStrategy _strategy;
    private readonly Bell _bell = new();
    private PaddedSequence _value;
    private PaddedFlags _flags;

    // Of all waiters together; a lost update does no harm.
    private int _spins;
    private long _waits;

    public Progress(WaitStrategy strategy, long value = 0)
    {
        _strategy = strategy;
        _value.Value = value;
    }

    public long Value => Volatile.Read(ref _value.Value);

    public bool IsPoisoned => Volatile.Read(ref _flags.Poisoned);

    /// <summary>Moves the position forward, and wakes who waits for it.</summary>
    public void Set(long value)
    {
        Debug.Assert(value >= _value.Value, "a position moves forward only");
        Volatile.Write(ref _value.Value, value);
        _bell.RingIfArmed();
    }

    /// <summary>Waits until the position is at least this.</summary>
    /// <returns>False when poisoned before it was reached.</returns>
    public bool WaitFor(long atLeast) => Value >= atLeast || Await(atLeast);

    /// <summary>Any thread: ends all waits with false, but for positions that were reached.</summary>
    public void Poison()
    {
        Volatile.Write(ref _flags.Poisoned, true);
        _bell.Ring();
    }

    // Out of the callers' way: they inline the case without a wait.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Await(long atLeast)
    {
        Backoff backoff = new(_strategy, _spins, ++_waits);
        while (Value < atLeast)
        {
            if (IsPoisoned)
            {
                return false;
            }

            if (!backoff.Turn())
            {
                long round = _bell.Arm();
                if (Value < atLeast && !IsPoisoned)
                {
                    _bell.Sleep(round);
                }
            }
        }

        _spins = backoff.Learn();
        return true;
    }
}
