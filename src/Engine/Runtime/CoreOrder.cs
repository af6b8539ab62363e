using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;

namespace DataStream.Runtime;

/// <summary>The order in which lanes take cores, from what Linux tells of them.</summary>
public static class CoreOrder
{
    private const string SystemRoot = "/sys/devices/system/cpu";

    /// <summary>
    /// The allowed cores with those first that the system keeps free of other work (<c>isolcpus</c>), and of hyper-threads one of each physical core before the
    /// second of any: two lanes on one physical core share its caches and its units.
    /// </summary>
    public static IReadOnlyList<int> ForLanes(IReadOnlyList<int> allowed) => OperatingSystem.IsLinux() ? ForLanes(allowed, SystemRoot) : allowed;

    internal static IReadOnlyList<int> ForLanes(IReadOnlyList<int> allowed, string root)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        HashSet<int> isolated = [.. ParseList(SystemFile.ReadOrEmpty(Path.Join(root, "isolated")))];
        var rank = new Dictionary<int, int>();
        foreach (int core in allowed)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{root}/cpu{core}/topology/thread_siblings_list");
            rank[core] = Before(core, ParseList(SystemFile.ReadOrEmpty(path)), allowed);
        }

        int[] order = [.. allowed];
        Array.Sort(order, (one, other) => isolated.Contains(one) != isolated.Contains(other) ? (isolated.Contains(one) ? -1 : 1)
            : rank[one] != rank[other] ? rank[one].CompareTo(rank[other]) : one.CompareTo(other));
        return order;
    }

    /// <summary>How many allowed cores come before this one on its physical core; all of them where it is not among them.</summary>
    private static int Before(int core, IReadOnlyList<int> siblings, IReadOnlyList<int> allowed)
    {
        int before = 0;
        bool isThere = siblings.Contains(core);
        foreach (int sibling in siblings)
        {
            before += allowed.Contains(sibling) && (!isThere || sibling < core) ? 1 : 0;
        }

        return before;
    }

    /// <summary>The numbers of <c>0-3,8,10-11</c>; nothing for what is no such list.</summary>
    internal static IReadOnlyList<int> ParseList(string text)
    {
        var numbers = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
                || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last) || last < first || last > ushort.MaxValue)
            {
                return [];
            }

            for (int number = first; number <= last; number++)
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
