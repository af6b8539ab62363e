using System;
using System.Collections.Generic;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Runtime;

/// <summary>What a run did: the numbers of <c>--report</c>, and what its summary says.</summary>
public record RunReport
{
    /// <summary>0 or the exit code of the contract.</summary>
    public int ExitCode { get; init; }

    /// <summary>What, where and what to do, where <see cref="ExitCode"/> is not 0.</summary>
    public string Message { get; init; } = "";

    /// <summary>The exception behind an unexpected end (70), for the log.</summary>
    public Exception? Cause { get; init; }

    public string ConfigHash => Config?.Hash ?? "";

    /// <summary>What was run.</summary>
    internal PipelineConfig? Config { get; init; }

    public double ElapsedSeconds { get; init; }

    public long EventsIn => Ledger.In;

    /// <summary>Bytes read, before decompression.</summary>
    public long BytesIn { get; init; }

    /// <summary>Events over the time from the first byte to the last flush.</summary>
    public double EventsPerSecond { get; init; }

    public int Threads { get; init; }

    /// <summary>Each lane's allowed cores, read back from the system.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Affinity { get; init; } = [];

    public string Simd { get; init; } = "";

    public Ledger Ledger { get; init; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Of an input in partitions: messages that were not read when the run ended, and how old the oldest was, at most, in seconds; null for other inputs.</summary>
    public (long Records, double Seconds)? Lag { get; init; }

    public IReadOnlyDictionary<string, long> DeadByReason { get; init; } = new Dictionary<string, long>();

    /// <summary>The first dead record of each reason: where it lies and how it begins.</summary>
    public IReadOnlyList<DeadExample> DeadExamples { get; init; } = [];

    public IReadOnlyDictionary<string, long> ResultFaults { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> RowsOut { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> RowsShed { get; init; } = new Dictionary<string, long>();

    /// <summary>Rows that windows emitted.</summary>
    public long WindowRows { get; init; }

    /// <summary>How far, at most, an event lagged behind an earlier one.</summary>
    public TimeSpan GreatestDisorder { get; init; }

    /// <summary>Events more than a day ahead of the wall clock.</summary>
    public long FarFuture { get; init; }

    /// <summary>The first of them: source, line and time; empty when there is none.</summary>
    public string FirstFarFuture { get; init; } = "";

    /// <summary>Broken UTF-8 sequences that outputs whose format holds none wrote as U+FFFD.</summary>
    public long ReplacedSequences { get; init; }

    /// <summary>Keys that modules forgot to make room for others, by module_name; without those that forgot none.</summary>
    public IReadOnlyDictionary<string, long> EvictedKeys { get; init; } = new Dictionary<string, long>();

    public long AllocatedBytesLanes { get; init; }

    public int Gen0 { get; init; }

    public int Gen1 { get; init; }

    public int Gen2 { get; init; }

    /// <summary>How long collections have stopped the process's threads in all.</summary>
    public TimeSpan GcPause { get; init; }

    public long PeakRssBytes { get; init; }

    public IReadOnlyList<StageReport> Stages { get; init; } = [];
}
