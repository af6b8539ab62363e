using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Config;

/// <summary>Reads <c>performance_tuning</c>.</summary>
internal static class TuningReader
{
    private const int MaxThreads = 1024;
    private const int MaxCore = 4095;
    private const int MaxPartition = 65_536;
    private const int MaxRing = 65_536;

    private static readonly (long Bytes, string Text) s_minPayload = (4 << 10, "4KiB");
    private static readonly (long Bytes, string Text) s_maxPayload = (16 << 20, "16MiB");

    public static PerformanceTuning Read(Settings settings)
    {
        var absent = new PerformanceTuning();
        int payload = (int)settings.Size("payload_size", absent.PayloadSize, s_minPayload, s_maxPayload);
        var read = new PerformanceTuning
        {
            Threads = ReadThreads(settings),
            CpuAffinity = ReadAffinity(settings),
            PartitionSize = ReadPartition(settings, absent.PartitionSize),
            PayloadSize = payload,
            MaxRecordSize = ReadMaxRecord(settings, payload),
            RingSize = ReadRing(settings, absent.RingSize),
            MemoryBudget = settings.Size("memory_budget", absent.MemoryBudget, (1 << 20, "1MiB"), (long.MaxValue, "8EiB")),
            WaitStrategy = settings.OneOf("wait_strategy", "adaptive", "busy_spin", "yield", "block"),
            Allocations = settings.Has("allocations") ? settings.OneOf("allocations", "ignore", "warn", "fail") : absent.Allocations,
        };
        settings.RejectUnknown();
        return read;
    }

    private static int ReadThreads(Settings settings)
    {
        if (settings.Scalar("threads") is not { Value: not "auto" } scalar)
        {
            return 0;
        }

        if (int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int threads) && threads is >= 1 and <= MaxThreads)
        {
            return threads;
        }

        settings.Error(scalar, "bad_value", $"'threads' is auto or a number of lanes from 1 to {MaxThreads}, not '{Texts.Short(scalar.Shown)}'");
        return 0;
    }

    private static List<int>? ReadAffinity(Settings settings)
    {
        switch (settings.Node("cpu_affinity"))
        {
            case null or ConfigScalar { Value: "auto" }:
                return null;
            case ConfigScalar { Value: "none" }:
                return [];
            case ConfigList { Count: > 0 } list:
                var cores = new List<int>();
                foreach (ConfigNode item in list)
                {
                    if (item is not ConfigScalar core || !int.TryParse(core.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > MaxCore)
                    {
                        settings.Error(item, "bad_value", $"a core is a number from 0 to {MaxCore}");
                    }
                    else if (cores.Contains(number))
                    {
                        settings.Error(item, "bad_value", $"core {number} is in the list already; each lane has its own");
                    }
                    else
                    {
                        cores.Add(number);
                    }
                }

                return cores.Count == list.Count ? cores : null;
            case ConfigScalar single when int.TryParse(single.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int only) && only <= MaxCore:
                return [only];
            case ConfigNode other:
                settings.Error(other, "bad_value", "'cpu_affinity' is auto, none, or a list of cores such as [0, 1]");
                return null;
        }
    }

    private static int ReadPartition(Settings settings, int absent)
    {
        if (settings.Scalar("partition_size") is not { } scalar)
        {
            return absent;
        }

        if (int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows is >= 64 and <= MaxPartition && rows % 64 == 0)
        {
            return rows;
        }

        settings.Error(scalar, "bad_value", $"'partition_size' is a number of rows from 64 to {MaxPartition}, a multiple of 64, not '{Texts.Short(scalar.Shown)}'");
        return absent;
    }

    private static int ReadRing(Settings settings, int absent)
    {
        if (settings.Scalar("ring_size") is not { } scalar)
        {
            return absent;
        }

        if (int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int slots) && slots is >= 2 and <= MaxRing && (slots & (slots - 1)) == 0)
        {
            return slots;
        }

        settings.Error(scalar, "bad_value", $"'ring_size' is a number of slots from 2 to {MaxRing}, a power of two, not '{Texts.Short(scalar.Shown)}'");
        return absent;
    }

    private static int ReadMaxRecord(Settings settings, int payload)
    {
        int before = settings.Errors.Count;
        int size = (int)settings.Size("max_record_size", 0, (1, "1B"), s_maxPayload);
        if (settings.Errors.Count == before && size > payload && !HasBadPayload(settings))
        {
            string given = settings.Has("payload_size") ? "" : " (its default)";
            settings.Error("max_record_size", "bad_size", string.Create(CultureInfo.InvariantCulture, $"'max_record_size' may not exceed 'payload_size', which is {payload / 1024}KiB{given}"));
            return 0;
        }

        return size;
    }

    private static bool HasBadPayload(Settings settings) =>
        settings.Node("payload_size") is { } node && settings.Errors.Sorted().Any(e => e.Place == node.Place);
}
