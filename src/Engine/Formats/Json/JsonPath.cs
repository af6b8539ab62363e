using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace DataStream.Formats.Json;

/// <summary>Where a value lies below a record's object: <c>a."b.c"[0].d</c>.</summary>
/// <remarks>
/// Keys are joined with points; a key with a point, a bracket or a quote in it stands in quotes, in which <c>\"</c> and <c>\\</c> are a quote
/// and a backslash. The first step is a key, for the record is an object.
/// </remarks>
public static class JsonPath
{
    /// <summary>Reads a path; false with what is wrong and where, when it is none.</summary>
    public static bool TryParse(string path, out IReadOnlyList<JsonStep> steps, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(path);
        var list = new List<JsonStep>();
        steps = list;
        error = null;
        int at = 0;
        bool wantsKey = true;
        while (wantsKey || at < path.Length)
        {
            if (!wantsKey && path[at] == '[')
            {
                error = ReadIndex(path, ref at, list);
            }
            else if (wantsKey || path[at] == '.')
            {
                at += wantsKey ? 0 : 1;
                error = ReadKey(path, ref at, list);
            }
            else
            {
                error = Wrong(path, at, "a point or a bracket is missing");
            }

            if (error is not null)
            {
                return false;
            }

            wantsKey = false;
        }

        return true;
    }

    private static string? ReadKey(string path, ref int at, List<JsonStep> steps)
    {
        if (at < path.Length && path[at] == '"')
        {
            return ReadQuotedKey(path, ref at, steps);
        }

        int end = path.AsSpan(at).IndexOfAny(".[]\"");
        end = end < 0 ? path.Length : at + end;
        if (end == at)
        {
            return Wrong(path, at, "a key is missing");
        }

        if (end < path.Length && path[end] is ']' or '"')
        {
            return Wrong(path, end, "a key with this sign stands in quotes");
        }

        steps.Add(new JsonStep(path[at..end], -1));
        at = end;
        return null;
    }

    private static string? ReadQuotedKey(string path, ref int at, List<JsonStep> steps)
    {
        var key = new StringBuilder();
        int open = at;
        for (at++; at < path.Length && path[at] != '"'; at++)
        {
            if (path[at] == '\\')
            {
                at++;
                if (at == path.Length || path[at] is not ('"' or '\\'))
                {
                    return Wrong(path, at - 1, "a backslash in quotes stands before a quote or a backslash");
                }
            }

            key.Append(path[at]);
        }

        if (at == path.Length)
        {
            return Wrong(path, open, "the quote is not closed");
        }

        at++;
        steps.Add(new JsonStep(key.ToString(), -1));
        return null;
    }

    private static string? ReadIndex(string path, ref int at, List<JsonStep> steps)
    {
        int close = path.IndexOf(']', at);
        if (close < 0 || !int.TryParse(path.AsSpan(at + 1, close - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return Wrong(path, at, "an index is a whole number in brackets, as in a[0]");
        }

        steps.Add(new JsonStep(null, index));
        at = close + 1;
        return null;
    }

    private static string Wrong(string path, int at, string message) =>
        string.Create(CultureInfo.InvariantCulture, $"'{path}' is no path: {message} (character {at + 1}); a path is written as a.\"b.c\"[0].d");
}
