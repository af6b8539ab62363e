using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>The name that was probably meant.</summary>
public static class Spelling
{
    /// <summary>As many as the options of a format, and as fit on a few lines.</summary>
    private const int MostListed = 20;

    /// <summary><c>; did you mean 'x'?</c> for the nearest candidate, or the candidates when few and none is near, or nothing.</summary>
    public static string Suggest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        List<string> all = [.. candidates];
        string? near = Find(name, all);
        return near is not null ? $"; did you mean '{near}'?"
            : all.Count is > 0 and <= MostListed ? $"; there is: {string.Join(", ", all)}"
            : "";
    }

    /// <summary><c>; did you mean 'x'?</c> or nothing: for messages that name the candidates themselves.</summary>
    public static string SuggestNear(string name, IEnumerable<string> candidates) => Find(name, candidates) is { } near ? $"; did you mean '{near}'?" : "";

    /// <summary>The candidate within a third of the name's length in edits, or null.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        string? best = null;
        int bestDistance = Math.Max(1, Math.Min(name.Length, 60) / 3) + 1;
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - name.Length) >= bestDistance)
            {
                continue;
            }

            int distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                int best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    best = Math.Min(best, rows[i - 2, j - 2] + 1);
                }

                rows[i, j] = best;
            }
        }

        return rows[a.Length, b.Length];
    }
}
