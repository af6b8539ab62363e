using System;
using System.IO;
using System.Text;

namespace DataStream.Bench;

/// <summary>Figures of one thread in memory, appended to a file of this kind of machine and shown.</summary>
internal static class MicroResult
{
    public static void Keep(string name, StringBuilder report)
    {
        string path = Path.Combine("perf-results", Machine.Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.AppendAllText(path, report.ToString().ReplaceLineEndings("\n"));
        Console.Write(report);
    }
}
