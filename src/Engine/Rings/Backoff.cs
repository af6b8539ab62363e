using System;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace DataStream.Rings;

/// <summary>The turns of one wait before it parks.</summary>
internal struct Backoff(WaitStrategy strategy)
{
    // 2,000 pauses are 50 to 90 µs, about what parking and a wake-up cost together: waiting longer could not pay.
    private const int SpinTurns = 500;
    private const int PausesPerTurn = 4;

    private const int YieldTurns = 4;

    // With one processor the other side cannot move while this one spins.
    private static readonly bool s_alone = Environment.ProcessorCount == 1;

    private int _turn = s_alone ? SpinTurns : 0;

    /// <summary>Passes a moment.</summary>
    /// <returns>False when it is time to park.</returns>
    public bool Turn()
    {
        switch (strategy)
        {
            case WaitStrategy.Block:
                return false;
            case WaitStrategy.BusySpin:
                Pause();
                return true;
            default:
                if (_turn < SpinTurns)
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

                if (strategy == WaitStrategy.Adaptive && _turn >= SpinTurns + YieldTurns)
                {
                    return false;
                }

                _turn++;
                if (strategy == WaitStrategy.Yield)
                {
                    _turn = SpinTurns;
                }

                Thread.Yield();
                return true;
        }
    }

    private static void Pause()
    {
        // Safe: a hint to the processor that touches no memory.
        if (X86Base.IsSupported)
        {
            // Safe: as above.
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported) // Safe: as above.
        {
            // Safe: as above.
            ArmBase.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }
}
