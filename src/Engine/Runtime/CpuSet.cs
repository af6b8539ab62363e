using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DataStream.Runtime;

/// <summary>The processor cores that this process may use: its affinity mask, and the control group's quota.</summary>
public static partial class CpuSet
{
    private const string CgroupRoot = "/sys/fs/cgroup";
    private const int InvalidArgument = 22;

    private static readonly Lazy<IReadOnlyList<int>> s_allowed = new(FindAllowed);

    /// <summary>The numbers of the allowed cores in ascending order, as they were when first asked for; never empty.</summary>
    /// <remarks>The mask of the process's first thread: a lane that asks is itself pinned to one core. Once, for a run may move that thread too.</remarks>
    public static IReadOnlyList<int> Allowed() => s_allowed.Value;

    private static IReadOnlyList<int> FindAllowed()
    {
        IReadOnlyList<int> cores = OperatingSystem.IsLinux() ? OfThread(Environment.ProcessId)
            : OperatingSystem.IsWindows() ? OfWindowsProcess()
            : [];
        if (cores.Count > 0)
        {
            return cores;
        }

        var all = new int[Environment.ProcessorCount];
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = i;
        }

        return all;
    }

    /// <summary>How many cores' worth of time the control group grants, or null: no limit, or no control groups.</summary>
    public static double? Quota() => OperatingSystem.IsLinux() ? Quota(CgroupRoot, SystemFile.ReadOrEmpty("/proc/self/cgroup")) : null;

    /// <summary>How many lanes can run side by side: the allowed cores, but not more than the whole cores of the quota.</summary>
    public static int Usable()
    {
        int allowed = Allowed().Count;
        return Quota() is double quota ? Math.Clamp((int)Math.Min(quota, allowed), 1, allowed) : allowed;
    }

    /// <summary>The tightest quota on the way from the process's control group to the root, of version 2 or 1.</summary>
    internal static double? Quota(string root, string membership)
    {
        double? tightest = null;
        foreach (string line in membership.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy:controllers:path; version 2 has hierarchy 0 and no controllers
            string[] parts = line.Split(':', 3);
            if (parts.Length < 3)
            {
                continue;
            }

            bool second = parts[1].Length == 0;
            if (!second && Array.IndexOf(parts[1].Split(','), "cpu") < 0)
            {
                continue;
            }

            string top = second ? root : Path.Join(root, parts[1]);
            top = second || Directory.Exists(top) ? top : Path.Join(root, "cpu");
            for (string? path = parts[2].TrimEnd('/'); path is not null; path = path.Length == 0 ? null : path[..Math.Max(0, path.LastIndexOf('/'))])
            {
                string folder = Path.Join(top, path);
                double? here = second
                    ? ParseMax(SystemFile.ReadOrEmpty(Path.Join(folder, "cpu.max")))
                    : ParseMax(SystemFile.ReadOrEmpty(Path.Join(folder, "cpu.cfs_quota_us")) + " " + SystemFile.ReadOrEmpty(Path.Join(folder, "cpu.cfs_period_us")));
                tightest = here is null || here > tightest ? tightest : here;
            }
        }

        return tightest;
    }

    /// <summary><c>QUOTA PERIOD</c> in microseconds; <c>max</c> and negative quotas are none.</summary>
    internal static double? ParseMax(string text)
    {
        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long quota) && quota > 0
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long period) && period > 0
            ? (double)quota / period
            : null;
    }

    /// <summary>Linux: the cores a thread may run on (0: the calling one); empty when the system does not say.</summary>
    internal static IReadOnlyList<int> OfThread(int thread)
    {
        // The kernel wants room for all cores it could have: 1,024 nearly always suffice.
        for (int words = 16; words <= 1024; words *= 4)
        {
            var mask = new ulong[words];
            if (GetAffinity(thread, (nuint)(words * sizeof(ulong)), ref mask[0]) == 0)
            {
                return Numbers(mask);
            }

            if (Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                break;
            }
        }

        return [];
    }

    /// <summary>Linux: lets a thread (0: the calling one) run on these cores alone.</summary>
    /// <returns>The system's error number, 0 where it is done.</returns>
    internal static int SetThread(int thread, IReadOnlyList<int> cores)
    {
        var mask = new ulong[16];
        foreach (int core in cores)
        {
            if (core / 64 >= mask.Length)
            {
                Array.Resize(ref mask, (core / 64) + 1);
            }

            mask[core / 64] |= 1UL << (core % 64);
        }

        return SetAffinity(thread, (nuint)(mask.Length * sizeof(ulong)), ref mask[0]) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>
    /// Linux: moves this process's threads that may run anywhere to some cores, so that the runtime's own (compiler, collector) keep off the others. For a program
    /// that has the process for itself. A thread that ends meanwhile is no mistake.
    /// </summary>
    internal static void MoveUnpinned(IReadOnlyList<int> allowed, IReadOnlyList<int> to)
    {
        if (!OperatingSystem.IsLinux() || to.Count == 0)
        {
            return;
        }

        foreach (string folder in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int thread) && OfThread(thread).SequenceEqual(allowed))
            {
                _ = SetThread(thread, to);
            }
        }
    }

    internal static List<int> Numbers(ReadOnlySpan<ulong> mask)
    {
        List<int> cores = [];
        for (int word = 0; word < mask.Length; word++)
        {
            for (ulong bits = mask[word]; bits != 0; bits &= bits - 1)
            {
                cores.Add((word * 64) + BitOperations.TrailingZeroCount(bits));
            }
        }

        return cores;
    }

    private static List<int> OfWindowsProcess() =>
        GetProcessAffinityMask(-1, out nuint process, out _) ? Numbers([process]) : [];

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nuint size, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nuint size, ref ulong mask);

    // -1: the pseudo handle of this process.
    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetProcessAffinityMask(nint process, out nuint processMask, out nuint systemMask);
}
