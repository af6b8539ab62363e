using System;
using System.Globalization;
using System.Text;

namespace DataStream.Bench;

/// <summary>Sensor events as CSV: an instant with milliseconds, a device of 10,000, a region of 8, two doubles, a status, and a quoted note in one row of twenty.</summary>
internal static class SensorRows
{
    public const string Header = "timestamp,device,region,temperature,pressure,status,note\n";

    public static byte[] Csv(int events)
    {
        var random = new Random(1);
        var text = new StringBuilder(Header);
        DateTime start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (int i = 0; i < events; i++)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{start.AddMilliseconds(i * 3):yyyy-MM-ddTHH:mm:ss.fffZ},device-{random.Next(10_000):D5},region-{random.Next(8)},{Math.Round((random.NextDouble() * 65) - 20, 1 + random.Next(3))},{Math.Round((random.NextDouble() * 100) + 950, 2 + random.Next(3))},{(random.Next(10) == 0 ? random.Next(65536) : 0)},{(random.Next(20) == 0 ? "\"checked, as is\"" : "")}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
