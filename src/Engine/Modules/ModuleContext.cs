using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Modules;

/// <summary>What a module's factory gets: its settings, whether the plan has event time, and the account for memory that grows.</summary>
public sealed record ModuleContext(string Name, Settings Settings, MemoryBudget.Account Memory)
{
    /// <summary>The plan has an <c>event_time</c>: <see cref="Batches.Batch.EventTimes"/> and <see cref="Batches.Batch.EarlierMax"/> are filled.</summary>
    public bool HasEventTime { get; init; }

    /// <summary>The microseconds by which the watermark trails the highest event time; <see cref="long.MaxValue"/> when it waits for the end of input.</summary>
    public long MaxOutOfOrderness { get; init; }
}
