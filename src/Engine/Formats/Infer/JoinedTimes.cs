using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Formats.Infer;

/// <summary>A date in one column and the time of day in the next one: together they are the instant.</summary>
internal static class JoinedTimes
{
    private const long Day = 86_400_000_000;

    /// <summary>The columns, those two made one timestamp.</summary>
    /// <param name="columns">What each column seems to be.</param>
    /// <param name="texts">The values of each, as many in all; empty where a record has none.</param>
    public static IReadOnlyList<ColumnGuess> Of(IReadOnlyList<ColumnGuess> columns, IReadOnlyList<IReadOnlyList<string>> texts)
    {
        for (int i = 0; i + 1 < columns.Count; i++)
        {
            if (IsDate(columns[i]) && columns[i + 1].Type == "text" && Join(columns, texts, i) is { } joined)
            {
                return [.. columns.Take(i), joined, .. columns.Skip(i + 2)];
            }
        }

        return columns;
    }

    private static ColumnGuess? Join(IReadOnlyList<ColumnGuess> columns, IReadOnlyList<IReadOnlyList<string>> texts, int date)
    {
        (string Date, string Time)[] given = [.. texts[date].Zip(texts[date + 1]).Where(pair => ColumnGuess.IsGiven(pair.First) && ColumnGuess.IsGiven(pair.Second))];
        int misfits = Misfits.Allowed(given.Length);
        if (given.Length == 0 || given.Count(pair => !IsTimeOfDay(pair.Time)) > misfits || TimeGuess.Of("time", [.. given.Select(pair => $"{pair.Date} {pair.Time}")], misfits) is not { } time)
        {
            return null;
        }

        string[] sources = [columns[date].Name, columns[date + 1].Name];
        string[] taken = [.. columns.Select(column => column.Name)];
        string name = new[] { "timestamp", "time", string.Join('_', sources) }.First(candidate => candidate.Contains('_', StringComparison.Ordinal) || !taken.Contains(candidate));
        int bad = given.Length - time.Instants.Count;
        return new ColumnGuess(name, "timestamp")
        {
            Sources = sources, Time = time, HasNulls = given.Length < texts[date].Count, Note = bad > 0 ? Misfits.Remark(bad, given.Length, "timestamp") : null,
        };
    }

    private static bool IsDate(ColumnGuess column) =>
        column is { Type: "timestamp", Path: null, Time: { } time } && time.Instants.All(instant => instant % Day == 0) && (time.Format is null || !time.Format.Contains('m', StringComparison.Ordinal));

    /// <summary>12:30, 12:30:15.5, 12:30 PM, with or without an offset.</summary>
    private static bool IsTimeOfDay(string text) =>
        text.Length is >= 4 and <= 32 && char.IsAsciiDigit(text[0]) && text.IndexOf(':', StringComparison.Ordinal) is 1 or 2 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '.' or ',' or ' ' or '+' or '-');
}
