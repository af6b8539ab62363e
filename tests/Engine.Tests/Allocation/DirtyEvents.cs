using System;
using System.Globalization;
using System.Text;

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
