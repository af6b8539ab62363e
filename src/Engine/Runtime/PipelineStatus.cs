using System;
using System.Collections.Generic;
using DataStream.Flow;

namespace DataStream.Runtime;

/// <summary>What a pipeline has done so far: a copy of counters, nothing else.</summary>
public sealed record PipelineStatus
{
    /// <summary>Created, running, completed or failed.</summary>
    public PipelineState State { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>Events that lanes are done with; those on their way to a sink included.</summary>
    public long EventsRead { get; init; }

    public double EventsPerSecond => Elapsed > TimeSpan.Zero ? EventsRead / Elapsed.TotalSeconds : 0;

    public long BytesIn { get; init; }

    /// <summary>Events that are there and not written: those that lanes are done with and writers are not, and, of an input in partitions, messages that were not read yet.</summary>
    public long Lag => Math.Max(0, EventsRead - Ledger.In) + InputLag;

    /// <summary>Messages of this process's partitions that were not read yet; 0 for other inputs. Looked at once a second.</summary>
    public long InputLag { get; init; }

    /// <summary>How old the oldest of those is, at most, in seconds: by the time that messages have.</summary>
    public double LagSeconds { get; init; }

    /// <summary>While states that were kept are restored, before the messages of their partitions are read: how much of them was, of about how much; 0 of 0 otherwise.</summary>
    public (long Read, long All) Restored { get; init; }

    /// <summary>Whether the input has partitions, and so a lag of its own.</summary>
    public bool IsPartitioned { get; init; }

    /// <summary>Records that were dead: <c>ledger.dead</c>.</summary>
    public long Errors => Ledger.Dead;

    public Ledger Ledger { get; init; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    public IReadOnlyDictionary<string, long> RowsOut { get; init; } = new Dictionary<string, long>();

    public IReadOnlyList<StageReport> Stages { get; init; } = [];
}
