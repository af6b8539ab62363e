using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Kernels;
using DataStream.Plans;
using DataStream.Sources;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>Makes the report of a run that has ended.</summary>
internal sealed class ReportBuilder(Plan plan, RunState state, Accountant accountant, TimeSpan elapsed, TimeSpan busy)
{
    public RunReport Build(Fault? outcome, List<Source> sources, Lane[] lanes, ChainParts[] parts, IReadOnlyList<IReadOnlyList<int>> affinity, IReadOnlyList<Writer> writers)
    {
        long[] totals = accountant.Totals();
        Ledger ledger = Ledger.From(totals, state.InFlight);
        if (ledger.Imbalance != 0)
        {
            outcome = new Fault(ExitCode.Internal, string.Create(CultureInfo.InvariantCulture, $"the ledger does not balance: {Counted.Of(ledger.Imbalance, "record")}; {outcome?.Message}"));
        }

        return new RunReport
        {
            ExitCode = outcome?.Code ?? ExitCode.Done,
            Message = plan.Config.Secrets.Hide(outcome?.Message ?? ""),
            Cause = outcome?.Cause,
            Config = plan.Config,
            ElapsedSeconds = elapsed.TotalSeconds,
            BytesIn = sources.Sum(s => s.BytesIn),
            EventsPerSecond = busy > TimeSpan.Zero ? ledger.In / busy.TotalSeconds : 0,
            Threads = plan.Lanes,
            Affinity = affinity,
            Simd = SimdLevel.Name,
            Ledger = ledger,
            Lag = plan.Messages is null ? null : (sources.OfType<MessageSource>().Sum(s => s.Lag), sources.OfType<MessageSource>().Select(s => s.LagSeconds).DefaultIfEmpty().Max()),
            DeadByReason = DeadByReason(totals),
            DeadExamples = [.. state.Examples.All().Select(e => new DeadExample(DeadReason.FromId(e.Reason).Name, SourceName(e.Source), e.Line, e.Raw) { Offset = e.Offset })],
            ResultFaults = ResultFaults(totals),
            RowsOut = RowsOut(plan, totals, writers, w => w.RowsPassedOn),
            RowsShed = ByOutput(plan, i => totals[CountsLayout.RowsShed(i)]),
            WindowRows = totals[CountsLayout.WindowRows],
            GreatestDisorder = TimeSpan.FromMicroseconds(totals[CountsLayout.MaxDisorder]),
            FarFuture = totals[CountsLayout.FarFuture],
            FirstFarFuture = FirstFarFuture(),
            ReplacedSequences = parts.Sum(p => p.Outputs.Sum(o => o.Encoder.ReplacedSequences) + (p.Late?.Encoder.ReplacedSequences ?? 0)),
            EvictedKeys = Evicted(parts),
            AllocatedBytesLanes = lanes.Sum(l => l.AllocatedBytes),
            Gen0 = GC.CollectionCount(0),
            Gen1 = GC.CollectionCount(1),
            Gen2 = GC.CollectionCount(2),
            GcPause = GC.GetTotalPauseDuration(),
            PeakRssBytes = PeakRss(),
            Stages = Stages(parts, ledger, totals),
        };
    }

    /// <summary>Rows by output: of <c>main</c> those of whole payloads, as in the ledger, of the others what their writers wrote.</summary>
    public static Dictionary<string, long> RowsOut(Plan plan, long[] totals, IReadOnlyList<Writer> writers, Func<Writer, long> written) =>
        ByOutput(plan, i => i == 0 ? totals[CountsLayout.RowsOut(0)] : i < writers.Count ? written(writers[i]) : 0);

    private static Dictionary<string, long> ByOutput(Plan plan, Func<int, long> count)
    {
        var map = new Dictionary<string, long>();
        for (int i = 0; i < plan.Outputs.Count; i++)
        {
            map.Add(plan.Outputs[i].Name, count(i));
        }

        return map;
    }

    /// <summary>Each stage's work, summed over the lanes.</summary>
    /// <remarks>
    /// Lanes work ahead of where a run ends: behind the first bad record under <c>fail</c>, behind the last event of <c>--max-events</c>. What does not
    /// count in the ledger does not count as a stage's events either; it stays in the time per event, which is of all that was worked on.
    /// </remarks>
    public static IReadOnlyList<StageReport> Stages(ChainParts[] parts, Ledger ledger, long[] totals)
    {
        if (parts.Length == 0)
        {
            return [];
        }

        ChainParts first = parts[0];
        int onRecords = 1 + first.Leading.Length + first.Modules.Length + (first.WindowClock is null ? 0 : 1);
        OutputStage[] outputs = first.Late is null ? first.Outputs : [.. first.Outputs, first.Late];
        StageClock[][] clocks = [.. parts.Select(p => p.Clocks.ToArray())];
        var stages = new StageReport[onRecords + first.After.Length + outputs.Length];
        for (int i = 0; i < stages.Length; i++)
        {
            // How many rows it can have had.
            long limit = ledger.In;
            if (i >= onRecords)
            {
                int output = i - onRecords - first.After.Length;
                limit = output < 0 ? totals[CountsLayout.WindowRows] : totals[CountsLayout.RowsOut(outputs[output].Index)] + totals[CountsLayout.RowsShed(outputs[output].Index)];
            }

            stages[i] = Sum([.. clocks.Select(c => c[i])], limit);
        }

        return stages;
    }

    private static StageReport Sum(StageClock[] clocks, long limit)
    {
        long events = clocks.Sum(c => c.Events);
        double nanoseconds = clocks.Sum(c => c.Ticks) * (1e9 / Stopwatch.Frequency);
        return new StageReport(clocks[0].Name, Math.Min(events, limit), events == 0 ? 0 : nanoseconds / events, clocks.Sum(c => c.Allocated)) { Weighed = clocks.Sum(c => c.Weighed) };
    }

    /// <summary>Keys that modules forgot to make room for others, by module.</summary>
    public static Dictionary<string, long> Evicted(ChainParts[] parts)
    {
        var keys = new Dictionary<string, long>();
        foreach (ModuleStage stage in parts.SelectMany(p => p.Modules.Concat(p.After)))
        {
            if (stage.Module.EvictedKeys is > 0 and long evicted)
            {
                keys[stage.Clock.Name] = keys.GetValueOrDefault(stage.Clock.Name) + evicted;
            }
        }

        return keys;
    }

    /// <summary>The same as a message for each such module.</summary>
    public static IEnumerable<string> Forgotten(ChainParts[] parts) => Evicted(parts) is not { Count: > 0 } evicted ? [] : evicted
        .Select(m => string.Create(CultureInfo.InvariantCulture, $"'{m.Key}' forgot {m.Value:N0} keys to make room for others (max_keys); its results may differ from those with more room"));

    private string FirstFarFuture() => state.FarFuture.Line == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"{SourceName(state.FarFuture.Source)}:{state.FarFuture.Line} ({new Timestamp(state.FarFuture.Microseconds).ToDateTime():yyyy-MM-ddTHH:mm:ssZ})");

    /// <summary>As it may be shown: a secret may be a part of a path.</summary>
    private string SourceName(int source) => plan.Config.Secrets.Hide(Encoding.UTF8.GetString(state.SourceName(source)));

    private Dictionary<string, long> DeadByReason(long[] totals)
    {
        var map = new Dictionary<string, long>();
        for (int reason = 0; reason < DeadReason.Count; reason++)
        {
            if (totals[accountant.Layout.OfReason(reason)] is > 0 and long count)
            {
                map[DeadReason.FromId(reason).Name] = count;
            }
        }

        return map;
    }

    private Dictionary<string, long> ResultFaults(long[] totals)
    {
        var map = new Dictionary<string, long>();
        for (int fault = 0; fault < plan.FaultNames.Count; fault++)
        {
            if (totals[accountant.Layout.Fault(fault)] is > 0 and long count)
            {
                map[plan.FaultNames[fault]] = count;
            }
        }

        return map;
    }

    /// <summary>VmHWM where the system tells it.</summary>
    private static long PeakRss()
    {
        if (OperatingSystem.IsLinux() && File.Exists("/proc/self/status"))
        {
            string? line = File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            if (line is not null && long.TryParse(line.AsSpan(6).Trim().TrimEnd(" kB"), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes))
            {
                return kilobytes * 1024;
            }
        }

        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
