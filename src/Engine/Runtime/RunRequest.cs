using System;

namespace DataStream.Runtime;

/// <summary>What a run does beside its configuration.</summary>
public sealed record RunRequest
{
    /// <summary>Ends after exactly this many events, in input order.</summary>
    public long MaxEvents { get; init; } = long.MaxValue;

    /// <summary>Once the run was asked to end, an output that stays in one call for so long is waited for no longer: the run breaks off with 130 (interrupted). Null: it is waited for, as back-pressure.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>The plan is only checked here and runs on another machine: cores that this one does not have are no mistake.</summary>
    public bool RunsElsewhere { get; init; }

    /// <summary>Nothing is asked of a network: where that would tell the columns there is no plan, though there may be no mistake.</summary>
    public bool StaysOffline { get; init; }
}
