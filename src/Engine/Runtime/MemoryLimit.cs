using System;
using System.Globalization;
using System.IO;

namespace DataStream.Runtime;

/// <summary>How much memory the control group lets this process have: past it the system kills the process, and says nothing.</summary>
public static class MemoryLimit
{
    private const string CgroupRoot = "/sys/fs/cgroup";

    // Version 1 writes the greatest whole number of pages where there is no limit.
    private const long NoLimit = 1L << 60;

    /// <summary>Bytes; <see cref="long.MaxValue"/> where there is no limit, or no control groups.</summary>
    public static long Bytes() => OperatingSystem.IsLinux() ? Bytes(CgroupRoot, SystemFile.ReadOrEmpty("/proc/self/cgroup")) : long.MaxValue;

    /// <summary>The tightest limit on the way from the process's control group to the root, of version 2 or 1.</summary>
    internal static long Bytes(string root, string membership)
    {
        long tightest = long.MaxValue;
        foreach (string line in membership.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy:controllers:path; version 2 has hierarchy 0 and no controllers
            string[] parts = line.Split(':', 3);
            bool second = parts.Length == 3 && parts[1].Length == 0;
            if (parts.Length < 3 || (!second && Array.IndexOf(parts[1].Split(','), "memory") < 0))
            {
                continue;
            }

            string top = second ? root : Path.Join(root, "memory");
            for (string? path = parts[2].TrimEnd('/'); path is not null; path = path.Length == 0 ? null : path[..Math.Max(0, path.LastIndexOf('/'))])
            {
                string text = SystemFile.ReadOrEmpty(Path.Join(top, path, second ? "memory.max" : "memory.limit_in_bytes"));
                if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long here) && here < NoLimit)
                {
                    tightest = Math.Min(tightest, here);
                }
            }
        }

        return tightest;
    }
}
