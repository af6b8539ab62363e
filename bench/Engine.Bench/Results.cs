using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace DataStream.Bench;

/// <summary>What a bench found: appended to a file of this kind of machine, and shown.</summary>
internal static class Results
{
    /// <summary>The system's load of the last minute: what else wanted the cores.</summary>
    public static string Load => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Lines of a text file.</summary>
    public static void Keep(string name, StringBuilder report)
    {
        Append(name, "", report.ToString());
        Console.Write(report);
    }

    /// <summary>A section of a page with this title.</summary>
    public static void Keep(string name, string title, string section)
    {
        string path = Append(name, $"# {title}\n", section);
        Console.WriteLine(section);
        Console.WriteLine($"Appended to {path}.");
    }

    private static string Append(string name, string head, string text)
    {
        string path = Path.Combine("perf-results", Machine.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.AppendAllText(path, (File.Exists(path) ? "" : head) + text.ReplaceLineEndings("\n"));
        return path;
    }
}
