using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using DataStream.Tests.Formats.MessagePack;

namespace DataStream.Tests.Allocation;

/// <summary>Events of some devices with spikes, empty values, late ones and records that cannot be decoded, about one in a hundred of each; the same for a seed.</summary>
internal static class DirtyEvents
{
    public static string Csv(int events, int seed)
    {
        var text = new StringBuilder("time,device,value,status,note\n");
        Make(events, seed, (dirt, time, device, value, status, note) => text.Append(dirt switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{time},{device},x,{status},{note}\n"),
            1 => string.Create(CultureInfo.InvariantCulture, $"{time},{device},{value},{status},{note},more,fields\n"),
            2 => string.Create(CultureInfo.InvariantCulture, $"{time},{device},{value},{status},\"closed\"{note}\n"),
            3 => string.Create(CultureInfo.InvariantCulture, $"yesterday,{device},{value},{status},{note}\n"),
            4 => string.Create(CultureInfo.InvariantCulture, $"{time},{device},,{status},\"a \"\"quoted\"\", note\"\n"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{time},{device},{value},{status},{note}\n"),
        }));
        return text.ToString();
    }

    public static string Json(int events, int seed)
    {
        var text = new StringBuilder();
        Make(events, seed, (dirt, time, device, value, status, note) => text.Append(dirt switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{{\"time\":\"{time}\",\"device\":\"{device}\",\"value\":\"x\",\"status\":{status},\"note\":\"{note}\"}}\n"),
            1 => "[1,2,3]\n",
            2 => string.Create(CultureInfo.InvariantCulture, $"{{\"time\":\"{time}\",\"device\":\"{device}\",\"value\":{value},\n"),
            3 => string.Create(CultureInfo.InvariantCulture, $"{{\"time\":\"yesterday\",\"device\":\"{device}\",\"value\":{value},\"status\":{status}}}\n"),
            4 => string.Create(CultureInfo.InvariantCulture, $"{{\"note\":\"a \\\"quoted\\\" n\\u00f6te\",\"device\":\"{device}\",\"value\":null,\"status\":{status},\"time\":\"{time}\"}}\n"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{{\"time\":\"{time}\",\"device\":\"{device}\",\"value\":{value},\"status\":{status},\"note\":\"{note}\"}}\n"),
        }));
        return text.ToString();
    }

    /// <summary>What is dead in the others is it here too, but that broken bytes would end the file.</summary>
    public static byte[] MessagePack(int events, int seed)
    {
        var bytes = new List<byte>();
        Make(events, seed, (dirt, time, device, value, status, note) => bytes.AddRange(dirt switch
        {
            0 => Pack.Map("time", time, "device", device, "value", "x", "status", status, "note", note),
            1 => Pack.Value(new object?[] { 1, 2, 3 }),
            2 => Pack.Map("time", time, "device", device, "value", new Pack.Pairs(["a", 1]), "status", status),
            3 => Pack.Map("time", "yesterday", "device", device, "value", value, "status", status),
            4 => Pack.Map("note", new object?[] { "a \"quoted\" nöte", null }, "device", device, "value", null, "status", status, "time", time),
            _ => Pack.Map("time", time, "device", device, "value", value, "status", status, "note", note),
        }));
        return [.. bytes];
    }

    private static void Make(int events, int seed, Action<int, string, string, double, int, string> add)
    {
        var random = new Random(seed);
        DateTime start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (int i = 0; i < events; i++)
        {
            int late = random.Next(100) == 0 ? random.Next(30_000) : random.Next(500);
            string time = start.AddMilliseconds((i * 20) - late).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
            double value = random.Next(200) == 0 ? 1e6 : random.Next(0, 4000) / 100.0;
            add(random.Next(500), time, "device-" + random.Next(40).ToString(CultureInfo.InvariantCulture), value, random.Next(10) == 0 ? 1 : 0, i % 7 == 0 ? "" : "note");
        }
    }
}
