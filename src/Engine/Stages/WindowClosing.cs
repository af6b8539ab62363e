using System;
using DataStream.Flow;
using DataStream.Windows;

namespace DataStream.Stages;

/// <summary>Closes a chain's windows under a payload: of all lanes together, or of one partition alone. Lane thread only.</summary>
internal sealed class WindowClosing
{
    private readonly WindowOperator _window;
    private readonly StageClock _clock;
    private readonly LaneLinks _links;
    private readonly ResultRows _results;
    private readonly WindowOperator[] _own;
    private readonly Action? _claimed;
    private long _number;

    public WindowClosing(WindowOperator window, StageClock clock, LaneLinks links, ResultRows results)
    {
        (_window, _clock, _links, _results, _own) = (window, clock, links, results, [window]);

        // What closes is nobody else's from its claim on, and this lane's rows are folded: others need not wait for the results.
        _claimed = links.IsTask ? null : () => links.Order.Folded(_number);
    }

    /// <summary>Whether the event time up to the payload's end closes a window that the event time before it did not.</summary>
    public bool IsDue(long earlierMax, long through) => _window.Closes(earlierMax, through);

    /// <summary>Waits until every lane has folded what came before the payload; of a partition, nobody else has any of it.</summary>
    public void WaitForOthers(long number)
    {
        if (!_links.IsTask)
        {
            _links.Order.WaitFolded(_links.Index, number);
        }
    }

    /// <summary>Closes what the event time has passed under this payload, whose rows are folded; <see cref="long.MaxValue"/>: all.</summary>
    public void Close(long number, long through, bool countsAllocations)
    {
        StageStart start = StageStart.Now(countsAllocations);
        _number = number;
        _window.Close(_links.IsTask ? _own : _links.Operators, through, _results, _claimed);
        _clock.Add(in start, 0);
    }
}
