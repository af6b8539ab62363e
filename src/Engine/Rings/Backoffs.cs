using System;

namespace DataStream.Rings;

/// <summary>The turns of one wait before it parks.</summary>
internal interface IBackoff
{
    /// <summary>Passes a moment.</summary>
    /// <returns>False when it is time to park.</returns>
    bool Turn<TMemory>() where TMemory : struct, IMemory;
}

/// <summary>Pauses for ever.</summary>
internal readonly struct BusyBackoff(int pauses) : IBackoff
{
    public bool Turn<TMemory>() where TMemory : struct, IMemory
    {
        for (int i = 0; i < pauses; i++)
        {
            TMemory.Pause();
        }

        return true;
    }
}

/// <summary>Parks at once.</summary>
internal readonly struct ParkingBackoff : IBackoff
{
    public bool Turn<TMemory>() where TMemory : struct, IMemory => false;
}

/// <summary>Pauses as long as has paid before, then yields: a few times before it parks, or for ever.</summary>
/// <remarks>
/// How long a wait spins is learnt from the waits before it: a wait that ended while spinning asks for twice the turns it took, one that
/// had to yield or park for half as many, and now and then one spins in full to see whether that pays again. Where more threads want to run than there
/// are processors, spinning keeps the other side from the processor it needs, and soon hardly happens.
/// </remarks>
internal struct LearningBackoff : IBackoff
{
    // 2,000 pauses are 50 to 90 µs, about what parking and a wake-up cost together: waiting longer could not pay.
    private const int MostPauses = 2_000;
    private const int LeastPauses = 16;

    private const int YieldTurns = 4;
    private const int WaitsBetweenTrials = 32;

    // With one processor the other side cannot move while this one spins.
    private static readonly bool s_alone = Environment.ProcessorCount == 1;

    private readonly bool _parks;
    private readonly int _pauses;
    private readonly int _learnt;
    private readonly int _spins;
    private int _spun;
    private int _yields;

    /// <summary>Starts a wait: <paramref name="learnt"/> is what <see cref="Learn"/> said after the last one (0 before the first), <paramref name="wait"/> its number.</summary>
    public LearningBackoff(bool parks, int pauses, int learnt, long wait)
    {
        _parks = parks;
        _pauses = pauses;
        _learnt = learnt > 0 ? learnt : MostPauses;
        _spins = s_alone ? 0 : wait % WaitsBetweenTrials == 0 ? MostPauses : _learnt;
    }

    /// <summary>What the next wait should start with.</summary>
    public readonly int Learn() =>
        _yields > 0 ? Math.Max(LeastPauses, _learnt / 2)
        : Math.Max(_learnt - (_learnt / 8), Math.Min(MostPauses, 2 * _spun));

    public bool Turn<TMemory>() where TMemory : struct, IMemory
    {
        if (_spun < _spins)
        {
            for (int i = 0; i < _pauses; i++)
            {
                TMemory.Pause();
            }

            _spun += _pauses;
            return true;
        }

        if (++_yields > YieldTurns && _parks)
        {
            return false;
        }

        TMemory.Yield();
        return true;
    }
}
