using System.Collections.Concurrent;
using System.Collections.Generic;
using DataStream.Flow;

namespace DataStream.Runtime;

/// <summary>The positions that partitions with open windows may be committed at, by task. Any thread.</summary>
internal sealed class TaskPositions
{
    private readonly ConcurrentDictionary<int, HeldPositions> _byTask = new();

    /// <summary>A chain begins: what was held for the partition before is no longer.</summary>
    public HeldPositions Begin(int task) => _byTask[task] = new HeldPositions();

    public HeldPositions? Of(int task) => _byTask.GetValueOrDefault(task);
}
