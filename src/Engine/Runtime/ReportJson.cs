using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace DataStream.Runtime;

/// <summary>The report as <c>--report</c> writes it.</summary>
public static class ReportJson
{
    public static void Write(RunReport report, Stream target)
    {
        using var json = new Utf8JsonWriter(target, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("config_hash", report.ConfigHash);
        json.WriteNumber("elapsed_seconds", report.ElapsedSeconds);
        json.WriteNumber("events_in", report.EventsIn);
        json.WriteNumber("bytes_in", report.BytesIn);
        json.WriteNumber("events_per_second", report.EventsPerSecond);
        json.WriteNumber("threads", report.Threads);
        json.WriteStartArray("affinity");
        foreach (IReadOnlyList<int> cores in report.Affinity)
        {
            json.WriteStartArray();
            foreach (int core in cores)
            {
                json.WriteNumberValue(core);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteString("simd", report.Simd);
        WriteLedger(report, json);
        if (report.Lag is { } lag)
        {
            json.WriteStartObject("lag");
            json.WriteNumber("records", lag.Records);
            json.WriteNumber("seconds", lag.Seconds);
            json.WriteEndObject();
        }

        WriteMap(json, "dead_by_reason", report.DeadByReason);
        WriteMap(json, "result_faults", report.ResultFaults);
        WriteMap(json, "rows_out", report.RowsOut);
        WriteMap(json, "rows_shed", report.RowsShed);
        WriteMap(json, "evicted_keys", report.EvictedKeys);
        json.WriteNumber("allocated_bytes_lanes", report.AllocatedBytesLanes);
        json.WriteStartObject("gc");
        json.WriteNumber("gen0", report.Gen0);
        json.WriteNumber("gen1", report.Gen1);
        json.WriteNumber("gen2", report.Gen2);
        json.WriteNumber("pause_seconds", report.GcPause.TotalSeconds);
        json.WriteEndObject();
        json.WriteNumber("peak_rss_bytes", report.PeakRssBytes);
        json.WriteStartArray("stages");
        foreach (StageReport stage in report.Stages)
        {
            json.WriteStartObject();
            json.WriteString("name", stage.Name);
            json.WriteNumber("events", stage.Events);
            json.WriteNumber("nanoseconds_per_event", stage.NanosecondsPerEvent);
            json.WriteNumber("allocated_bytes", stage.AllocatedBytes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLedger(RunReport report, Utf8JsonWriter json)
    {
        json.WriteStartObject("ledger");
        json.WriteNumber("in", report.Ledger.In);
        json.WriteNumber("out", report.Ledger.Out);
        json.WriteNumber("aggregated", report.Ledger.Aggregated);
        json.WriteNumber("filtered", report.Ledger.Filtered);
        json.WriteNumber("deduplicated", report.Ledger.Deduplicated);
        json.WriteNumber("late", report.Ledger.Late);
        json.WriteNumber("dead", report.Ledger.Dead);
        json.WriteNumber("shed", report.Ledger.Shed);
        json.WriteNumber("in_flight", report.Ledger.InFlight);
        json.WriteNumber("imbalance", report.Ledger.Imbalance);
        json.WriteEndObject();
    }

    private static void WriteMap(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> map)
    {
        json.WriteStartObject(name);
        foreach ((string key, long value) in map)
        {
            json.WriteNumber(key, value);
        }

        json.WriteEndObject();
    }
}
