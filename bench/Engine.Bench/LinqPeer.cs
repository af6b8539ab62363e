using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace DataStream.Bench;

/// <summary>The job of <see cref="SensorsJob"/> as a .NET developer would write it first: File.ReadLines and LINQ, no library, results in the same order and file form.</summary>
internal static class LinqPeer
{
    private const long WindowTicks = 10 * TimeSpan.TicksPerSecond;

    /// <summary>Returns the rows written.</summary>
    public static int Run(string input, string output)
    {
        var results = File.ReadLines(input)
            .Skip(1)
            .Select(line => line.Split(','))
            .Select(f => (
                Time: DateTime.Parse(f[0], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal),
                Device: f[1],
                Temperature: double.Parse(f[3], CultureInfo.InvariantCulture),
                Status: long.Parse(f[4], CultureInfo.InvariantCulture)))
            .Where(e => e.Status == 0 && e.Temperature is >= -50 and <= 150)
            .GroupBy(e => (Window: e.Time.Ticks / WindowTicks, e.Device))
            .OrderBy(g => g.Key.Window)
            .ThenBy(g => g.Key.Device, StringComparer.Ordinal)
            .Select(g => (g.Key, Count: g.Count(), Min: g.Min(e => e.Temperature), Max: g.Max(e => e.Temperature), Mean: g.Average(e => e.Temperature)));

        int rows = 0;
        using var writer = new StreamWriter(output);
        writer.NewLine = "\n";
        writer.WriteLine("window_start,window_end,device,count,min,max,mean");
        foreach (var r in results)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Stamp(r.Key.Window)},{Stamp(r.Key.Window + 1)},{r.Key.Device},{r.Count},{r.Min},{r.Max},{r.Mean}"));
            rows++;
        }

        return rows;
    }

    private static string Stamp(long window) =>
        new DateTime(window * WindowTicks, DateTimeKind.Utc).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
