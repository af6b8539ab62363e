using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Formats.Infer;

/// <summary>Lines whose fields stand at fixed places: all have blanks in the same columns, and what stands between these are values.</summary>
/// <param name="Widths">In characters; the last one reaches to the end of the longest line.</param>
/// <param name="Names">The fields' names, in order.</param>
/// <param name="Columns">What they are; a date and the time behind it are one.</param>
/// <param name="HasNames">The first line has the names.</param>
internal sealed record WidthsGuess(IReadOnlyList<int> Widths, IReadOnlyList<string> Names, IReadOnlyList<ColumnGuess> Columns, bool HasNames)
{
    private const int FewestLines = 4;
    private const int MostLines = 2000;

    /// <summary>Null where lines have no such places, or where what stands there may be prose.</summary>
    public static WidthsGuess? Of(string text)
    {
        List<string> lines = [.. text.Split('\n').Select(line => line.TrimEnd('\r', ' ')).Where(line => line.Length > 0).Take(MostLines)];
        if (lines.Count < FewestLines || lines.Exists(line => line.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || line.Contains('\t', StringComparison.Ordinal)))
        {
            return null;
        }

        int length = lines.Max(line => line.Length);
        List<(int Start, int End)> fields = Fields(lines, length);
        int last = fields[^1].Start;
        if (fields.Count < 2 || lines.Count(line => line.Length > last) < lines.Count * 0.9)
        {
            return null;
        }

        int[] starts = [0, .. Enumerable.Range(1, fields.Count - 1).Select(i => Border(lines, fields[i - 1], fields[i]))];
        List<string>[] columns = [.. starts.Select((start, i) => lines.ConvertAll(line => Cut(line, start, i + 1 < starts.Length ? starts[i + 1] : length)))];

        // Names on top of values of another kind are a header.
        ColumnGuess[] below = [.. columns.Select((texts, i) => ColumnGuess.OfFields(Name(i), texts[1..]))];
        ColumnGuess[] all = [.. columns.Select((texts, i) => ColumnGuess.OfFields(Name(i), texts))];
        bool hasNames = below.Where((column, i) => column.Type != all[i].Type).Any() && columns.Select(texts => texts[0]).Distinct().Count(name => name.Length > 0) == columns.Length;
        ColumnGuess[] guesses = hasNames ? [.. below.Select((column, i) => column with { Name = columns[i][0] })] : all;
        int typed = guesses.Count(column => column.Type != "text");
        if (typed * 3 < guesses.Length || (guesses.Length == 2 && typed < 2))
        {
            return null; // two stretches are many things, a log's lines among them
        }

        IReadOnlyList<ColumnGuess> joined = JoinedTimes.Of(guesses, [.. columns.Select(texts => hasNames ? texts[1..] : texts)]);
        return new WidthsGuess([.. starts.Skip(1).Append(length).Zip(starts, (end, start) => end - start)], [.. guesses.Select(column => column.Name)], joined, hasNames);
    }

    private static string Name(int place) => "c" + (place + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>The stretches between columns that are blank in every line.</summary>
    private static List<(int Start, int End)> Fields(List<string> lines, int length)
    {
        bool[] isUsed = new bool[length];
        foreach (string line in lines)
        {
            for (int i = 0; i < line.Length; i++)
            {
                isUsed[i] |= line[i] != ' ';
            }
        }

        var fields = new List<(int Start, int End)>();
        for (int i = 0; i < length; i++)
        {
            if (isUsed[i] && (i == 0 || !isUsed[i - 1]))
            {
                fields.Add((i, i));
            }

            if (isUsed[i])
            {
                fields[^1] = (fields[^1].Start, i + 1);
            }
        }

        for (int i = fields.Count - 1; i > 0; i--)
        {
            if (IsWord(lines, fields[i - 1], fields[i]))
            {
                fields[i - 1] = (fields[i - 1].Start, fields[i].End);
                fields.RemoveAt(i);
            }
        }

        return fields;
    }

    /// <summary>What seems to be a second field are further words of the first: one blank before them, not in every line, and never without a word right before.</summary>
    private static bool IsWord(List<string> lines, (int Start, int End) first, (int Start, int End) second)
    {
        List<string> with = lines.FindAll(line => Cut(line, second.Start, second.End).Length > 0);
        return second.Start == first.End + 1 && with.Count < lines.Count && with.TrueForAll(line => line[first.End - 1] != ' ' && line[second.Start] != ' ');
    }

    /// <summary>Where the second field begins: where its values do, or, where these end at one place as numbers do, behind the first field, for longer ones may come.</summary>
    private static int Border(List<string> lines, (int Start, int End) first, (int Start, int End) second)
    {
        bool endsAtOnePlace = lines.TrueForAll(line => line.Length < second.End || line[second.End - 1] != ' ') && lines.Exists(line => line.Length > second.Start && line[second.Start] == ' ');
        return endsAtOnePlace ? first.End : second.Start;
    }

    private static string Cut(string line, int start, int end) => start >= line.Length ? "" : line[start..Math.Min(end, line.Length)].Trim(' ');
}
