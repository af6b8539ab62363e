using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace DataStream.Formats.Infer;

/// <summary>What a file of separated values seems to be: delimiter, quote, comments, lines to skip, header, columns.</summary>
internal sealed record CsvGuess
{
    private const string Delimiters = ",;\t|";
    private const int MaxRecords = 10_000;
    private const int MaxSkippedLines = 20;
    private const double EnoughRecords = 0.9; // of equal length, for a delimiter to be believed

    public char Delimiter { get; init; }

    public char Quote { get; init; } = '"';

    public char? Comment { get; init; }

    /// <summary>The byte that makes a quote data inside quotes.</summary>
    public char? Escape { get; init; }

    /// <summary>What stands before the header is more than lines to be counted.</summary>
    public bool FindsHeader { get; init; }

    public int SkipLines { get; init; }

    /// <summary>The columns.</summary>
    public CsvColumns Found { get; private init; } = new(false, false, null, [], [], 0, false);

    /// <summary>Remarks for the user, beside those on the columns.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Null where no delimiter fits.</summary>
    /// <param name="text">The start of the file: whole lines.</param>
    /// <param name="isCsv">The name says that it is CSV: one column will do.</param>
    public static CsvGuess? Of(string text, bool isCsv)
    {
        if (text.AsSpan().Trim("\r\n").IsEmpty)
        {
            return null;
        }

        // What Excel writes on top tells the delimiter, and is no record.
        bool isTold = text.Length > 5 && text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) && text[5] is '\r' or '\n' && Delimiters.Contains(text[4], StringComparison.Ordinal);
        if (isTold)
        {
            string delimiters = text[4..5];
            int end = text.IndexOf('\n', StringComparison.Ordinal);
            CsvGuess? below = end < 0 || text.AsSpan(end).Trim("\r\n").IsEmpty ? null : Of(text[(end + 1)..], isCsv, delimiters);
            return below is null ? null : below with { SkipLines = below.SkipLines + 1, Notes = [.. below.Notes, "the first line tells the delimiter, and is passed over"] };
        }

        return Of(text, isCsv, Delimiters);
    }

    private static CsvGuess? Of(string text, bool isCsv, string delimiters)
    {
        char quote = QuoteOf(text);
        CsvGuess? best = null;
        double bestScore = 0;
        char? comment = CommentOf(text);
        // Most files have no backslash before a quote; where one has, it counts if more records come out even.
        char?[] escapes = text.Contains($"\\{quote}", StringComparison.Ordinal) ? [null, '\\'] : [null];
        foreach ((char? escape, char delimiter) in escapes.SelectMany(e => delimiters.Select(d => (e, d))))
        {
            List<List<string>> records = Split(text, delimiter, quote, comment, escape);
            (int width, double share, int skip) = Shape(records);
            double score = width * share * share;

            // A field that begins with a quote and goes on behind an escaped one was torn apart.
            score /= escape is null && records.Exists(r => r.Exists(f => f.Length > 0 && f[0] == quote && f.Contains($"\\{quote}", StringComparison.Ordinal))) ? 4 : 1;
            if (width > 1 && share >= EnoughRecords && 2 * score > bestScore)
            {
                bool isOdd = records[..skip].Exists(r => r.Count > 1) || text[..Math.Min(text.Length, 4096)].Split('\n').Take(skip + 1).Any(l => l.Trim().Length == 0);
                CsvGuess guess = new CsvGuess { Delimiter = delimiter, Quote = quote, Comment = comment, Escape = escape, SkipLines = skip, FindsHeader = skip > 0 && isOdd }.WithColumns(records[skip..]);
                score *= guess.Sense();
                (best, bestScore) = score > bestScore ? (guess, score) : (best, bestScore);
            }
        }

        if (best is null && isCsv && Split(text, delimiters[0], quote, comment, null) is { Count: > 0 } fields)
        {
            best = new CsvGuess { Delimiter = delimiters[0], Quote = quote, Comment = comment }.WithColumns(fields);
        }

        return best;
    }

    /// <summary>
    /// How much sense the columns make, from 0.6 to 2: a decimal comma separates as evenly as a semicolon does, but what it separates are halves of numbers,
    /// which are of no type and have the other sign inside, and the header lacks it.
    /// </summary>
    private double Sense() =>
        (1 + (Found.Columns.Count(column => column.Type != "text") / (double)Math.Max(1, Found.Columns.Count))) * (Found.IsTorn ? 0.7 : 1) * (SkipLines > 0 ? 0.9 : 1);

    private CsvGuess WithColumns(List<List<string>> records) =>
        this with { Found = CsvColumns.Of(records, Delimiters.Replace(Delimiter.ToString(), "", StringComparison.Ordinal), mayHaveUnits: Comment is null) };

    /// <summary>The usual number of fields, the share of records that have it, and how many lines before them are something else.</summary>
    private static (int Width, double Share, int Skip) Shape(List<List<string>> records)
    {
        if (records.Count == 0)
        {
            return (0, 0, 0);
        }

        int width = records.GroupBy(r => r.Count).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
        int skip = 0;
        while (skip < MaxSkippedLines && skip < records.Count && records[skip].Count == 1 && width > 1)
        {
            skip++;
        }

        // Several records of other widths are rather a report's head than a header that is too short.
        int odd = 0;
        while (odd < MaxSkippedLines && odd < records.Count && records[odd].Count != width)
        {
            odd++;
        }

        skip = odd > 1 && odd < records.Count ? Math.Max(skip, odd) : skip;

        List<List<string>> rest = records[skip..];
        return (width, rest.Count(r => r.Count == width) / (double)Math.Max(1, rest.Count), skip);
    }

    private static char QuoteOf(string text)
    {
        int singles = 0;
        foreach (string line in text.Split('\n').Take(200))
        {
            string trimmed = line.TrimEnd('\r');
            singles += trimmed.Length > 1 && trimmed[0] == '\'' && trimmed[^1] == '\'' ? 1 : 0;
            if (trimmed.Contains('"', StringComparison.Ordinal))
            {
                return '"';
            }
        }

        return singles > 1 ? '\'' : '"';
    }

    /// <summary>Lines that begin with # are comments, unless it is only the first one, and that looks like the others: a header.</summary>
    private static char? CommentOf(string text)
    {
        string[] lines = [.. text.Split('\n').Where(l => l.TrimEnd('\r').Length > 0).Take(200)];
        int marked = lines.Count(l => l[0] == '#');
        if (marked == 0 || marked == lines.Length)
        {
            return null;
        }

        bool isHeader = marked == 1 && lines[0][0] == '#'
            && ",;\t|".Any(d => lines[0].Contains(d, StringComparison.Ordinal) && lines[0].Count(c => c == d) == lines[1].Count(c => c == d));
        return isHeader ? null : '#';
    }

    private static List<List<string>> Split(string text, char delimiter, char quote, char? comment, char? escape)
    {
        var records = new List<List<string>>();
        int at = 0;
        while (at < text.Length && records.Count < MaxRecords)
        {
            if (text[at] == comment)
            {
                int end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end + 1;
                continue;
            }

            List<string> record = ReadRecord(text, ref at, delimiter, quote, escape);
            if (record.Count > 1 || record[0].Length > 0)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static List<string> ReadRecord(string text, ref int at, char delimiter, char quote, char? escape)
    {
        var record = new List<string>();
        while (true)
        {
            record.Add(ReadField(text, ref at, delimiter, quote, escape));
            if (at < text.Length && text[at] == delimiter)
            {
                at++;
                continue;
            }

            at++;
            return record;
        }
    }

    private static string ReadField(string text, ref int at, char delimiter, char quote, char? escape)
    {
        int start = at;
        if (at < text.Length && text[at] == quote && Unquote(text, ref at, quote, escape) is { } quoted && (at == text.Length || text[at] == delimiter || text[at] is '\r' or '\n'))
        {
            at += at + 1 < text.Length && text[at] == '\r' && text[at + 1] == '\n' ? 1 : 0;
            return quoted;
        }

        at = start;
        while (at < text.Length && text[at] != delimiter && text[at] != '\n')
        {
            at++;
        }

        bool endsLine = at < text.Length && text[at] == '\n' && at > start && text[at - 1] == '\r';
        return text[start..(endsLine ? at - 1 : at)];
    }

    private static string? Unquote(string text, ref int at, char quote, char? escape)
    {
        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == escape && at + 1 < text.Length && (text[at + 1] == quote || text[at + 1] == escape))
            {
                at++;
            }
            else if (text[at] == quote)
            {
                at++;
                if (at == text.Length || text[at] != quote)
                {
                    return field.ToString();
                }
            }

            field.Append(text[at]);
        }

        return null;
    }
}
