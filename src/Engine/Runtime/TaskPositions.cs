using System.Collections.Concurrent;
using System.Collections.Generic;
using DataStream.Flow;

namespace DataStream.Runtime;

/// <summary>How far partitions are, by task: the positions that those with open windows may be committed at, and their event times. Any thread.</summary>
internal sealed class TaskPositions
{
    private readonly ConcurrentDictionary<int, HeldPositions> _byTask = new();
    private readonly ConcurrentDictionary<int, TaskClock> _clocks = new();

    /// <summary>A chain begins: what was held for the partition before is no longer.</summary>
    public HeldPositions Begin(int task) => _byTask[task] = new HeldPositions();

    /// <summary>The event time of a partition whose chain begins.</summary>
    public TaskClock BeginClock(int task) => _clocks[task] = new TaskClock();

    /// <summary>The highest event time of a partition so far; <see cref="long.MinValue"/>: none.</summary>
    public long EventTimeOf(int task) => _clocks.GetValueOrDefault(task)?.Highest ?? long.MinValue;

    public HeldPositions? Of(int task) => _byTask.GetValueOrDefault(task);
}
