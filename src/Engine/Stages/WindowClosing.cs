using DataStream.Flow;
using DataStream.Windows;

namespace DataStream.Stages;

/// <summary>Closes a chain's windows under a payload: of all lanes together, or of one partition alone. Lane thread only.</summary>
internal sealed class WindowClosing(WindowOperator window, StageClock clock, LaneLinks links, ResultRows results)
{
    private readonly WindowOperator[] _own = [window];

    /// <summary>Whether the event time up to the payload's end closes a window that the event time before it did not.</summary>
    public bool IsDue(long earlierMax, long through) => window.Closes(earlierMax, through);

    /// <summary>Waits until every lane has folded what came before the payload; of a partition, nobody else has any of it.</summary>
    public void WaitForOthers(long number)
    {
        if (!links.IsTask)
        {
            links.Order.WaitFolded(links.Index, number);
        }
    }

    /// <summary>Closes what the event time has passed; <see cref="long.MaxValue"/>: all.</summary>
    public void Close(long through, bool countsAllocations)
    {
        StageStart start = StageStart.Now(countsAllocations);
        window.Close(links.IsTask ? _own : links.Operators, through, results);
        clock.Add(in start, 0);
    }
}
