using System;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace DataStream.Rings;

/// <summary>The turns of one wait before it parks.</summary>
/// <remarks>
/// How long an adaptive wait spins is learnt from the waits before it: a wait that ended while spinning asks for twice the turns it took, one that
/// ended parked for half as many, and now and then one spins in full to see whether that pays again. Where more threads want to run than there
/// are processors, spinning keeps the other side from the processor it needs, and soon hardly happens.
/// </remarks>
internal struct Backoff
{
    // 2,000 pauses are 50 to 90 µs, about what parking and a wake-up cost together: waiting longer could not pay.
    private const int MostTurns = 500;
    private const int LeastTurns = 4;
    private const int PausesPerTurn = 4;

    private const int YieldTurns = 4;
    private const int WaitsBetweenTrials = 32;

    // With one processor the other side cannot move while this one spins.
    private static readonly bool s_alone = Environment.ProcessorCount == 1;

    private readonly WaitStrategy _strategy;
    private readonly int _learnt;
    private readonly int _spins;
    private int _turn;

    /// <summary>Starts a wait: <paramref name="learnt"/> is what <see cref="Learn"/> said after the last one (0 before the first), <paramref name="wait"/> its number.</summary>
    public Backoff(WaitStrategy strategy, int learnt = 0, long wait = 0)
    {
        _strategy = strategy;
        _learnt = learnt > 0 ? learnt : MostTurns;
        _spins = s_alone ? 0 : wait % WaitsBetweenTrials == 0 ? MostTurns : _learnt;
    }

    /// <summary>What the next wait should start with.</summary>
    public readonly int Learn() =>
        _turn > _spins + YieldTurns ? Math.Max(LeastTurns, _learnt / 2)
        : _turn > _spins ? _learnt
        : Math.Max(_learnt - (_learnt / 8), Math.Min(MostTurns, 2 * _turn));

    /// <summary>Passes a moment.</summary>
    /// <returns>False when it is time to park.</returns>
    public bool Turn()
    {
        switch (_strategy)
        {
            case WaitStrategy.Block:
                return false;
            case WaitStrategy.BusySpin:
                Pause();
                return true;
            default:
                if (_turn < _spins)
                {
                    _turn++;

                    // Several pauses between two looks: a side that looks less often steals the other's cache line less
                    // often, which more than doubles the throughput of a ring that is nearly empty.
                    for (int i = 0; i < PausesPerTurn; i++)
                    {
                        Pause();
                    }

                    return true;
                }

                if (_strategy == WaitStrategy.Adaptive && _turn++ >= _spins + YieldTurns)
                {
                    return false;
                }

                Thread.Yield();
                return true;
        }
    }

    // Safe: hints to the processor that touch no memory.
    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }
}
