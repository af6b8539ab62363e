using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Flow;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats.Infer;

/// <summary>What a file of separated values seems to be: delimiter, quote, comments, lines to skip, header, columns.</summary>
internal sealed record CsvGuess
{
    private const int MaxRecords = 10_000;
    private const int MaxSkippedLines = 20;
    private const double EnoughRecords = 0.9; // of equal length, for a delimiter to be believed

    public char Delimiter { get; init; }

    public char Quote { get; init; } = '"';

    public char? Comment { get; init; }

    /// <summary>The byte that makes a quote data inside quotes.</summary>
    public char? Escape { get; init; }

    /// <summary>The signs of numbers that are not a point alone.</summary>
    public SignGuess? Signs { get; init; }

    /// <summary>What stands before the header is more than lines to be counted.</summary>
    public bool FindsHeader { get; init; }

    public int SkipLines { get; init; }

    public bool HasHeader { get; init; }

    public int RecordCount { get; init; }

    public IReadOnlyList<ColumnGuess> Columns { get; init; } = [];

    /// <summary>Remarks for the user.</summary>
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

        char quote = QuoteOf(text);
        CsvGuess? best = null;
        List<List<string>> bestRecords = [];
        double bestScore = 0;
        char? comment = CommentOf(text);
        // Most files have no backslash before a quote; where one has, it counts if more records come out even.
        char?[] escapes = text.Contains($"\\{quote}", StringComparison.Ordinal) ? [null, '\\'] : [null];
        foreach ((char? escape, char delimiter) in escapes.SelectMany(e => ",;\t|".Select(d => (e, d))))
        {
            List<List<string>> records = Split(text, delimiter, quote, comment, escape);
            (int width, double share, int skip) = Shape(records);
            double score = width * share * share;

            // A field that begins with a quote and goes on behind an escaped one was torn apart.
            score /= escape is null && records.Exists(r => r.Exists(f => f.Length > 0 && f[0] == quote && f.Contains($"\\{quote}", StringComparison.Ordinal))) ? 4 : 1;
            if (width > 1 && share >= EnoughRecords && score > bestScore)
            {
                bestScore = score;
                bool isOdd = records[..skip].Exists(r => r.Count > 1) || text[..Math.Min(text.Length, 4096)].Split('\n').Take(skip + 1).Any(l => l.Trim().Length == 0);
                best = new CsvGuess { Delimiter = delimiter, Quote = quote, Comment = comment, Escape = escape, SkipLines = skip, FindsHeader = skip > 0 && isOdd };
                bestRecords = records[skip..];
            }
        }

        if (best is null && isCsv)
        {
            best = new CsvGuess { Delimiter = ',', Quote = quote, Comment = comment };
            bestRecords = Split(text, ',', quote, comment, null);
        }

        return best?.WithColumns(bestRecords);
    }

    private CsvGuess WithColumns(List<List<string>> records)
    {
        int width = records.GroupBy(r => r.Count).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
        bool hasHeader = LooksLikeHeader(records, width);
        List<List<string>> rows = hasHeader ? records[1..] : records;
        var columns = new List<ColumnGuess>();
        var notes = new List<string>();
        int count = hasHeader ? records[0].Count : width;
        List<List<string>> values = [.. Enumerable.Range(0, count).Select(i => rows.Where(r => i < r.Count).Select(r => r[i]).ToList())];
        SignGuess? signs = SignGuess.Of([.. values.Select(v => v.Where(ColumnGuess.IsGiven).ToList())]);
        for (int i = 0; i < count; i++)
        {
            string name = hasHeader ? records[0][i] : string.Create(CultureInfo.InvariantCulture, $"column_{i + 1}");
            if (hasHeader && name.Length > 0 && records[0].FindAll(n => n == name).Count > 1)
            {
                notes.Add($"left out: '{name}', the name of several columns");
            }
            else if (name.Length == 0)
            {
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"left out: column {i + 1}, which has no name"));
            }
            else
            {
                bool isSigned = signs is not null && signs.Fit([.. values[i].Where(ColumnGuess.IsGiven)]);
                columns.Add(ColumnGuess.OfFields(name, isSigned ? [.. values[i].Select(v => ColumnGuess.IsGiven(v) ? signs!.Plain(v)! : v)] : values[i]));
            }
        }

        int longer = rows.Count(r => r.Count > count && r.Skip(count).Any(f => f.Length > 0));
        if (longer > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(longer, "record")} of the sample {(longer == 1 ? "has" : "have")} more fields than the header: dead (too_many_fields), unless input_format has extra_fields: ignore"));
        }

        return this with { HasHeader = hasHeader, Signs = signs, Columns = columns, Notes = [.. notes.Distinct()], RecordCount = rows.Count };
    }

    private static bool LooksLikeHeader(List<List<string>> records, int width)
    {
        List<string> first = records[0];
        if (first.Count < width || first.TrueForAll(f => f.Length == 0) || first.Exists(IsValue))
        {
            return false;
        }

        if (records.Count == 1 || first.Distinct().Count() < first.Count)
        {
            return records.Count == 1 || first.Distinct().Count() > first.Count / 2;
        }

        // A name stands only once; a text that comes again below it is rather a value.
        return !Enumerable.Range(0, width).Any(i => first[i].Length > 0 && records.Skip(1).Any(r => i < r.Count && r[i] == first[i]));
    }

    private static bool IsValue(string field)
    {
        byte[] text = Encoding.UTF8.GetBytes(field);
        return text.Length > 0
            && (Numbers.ParseFloat64(text, out _) == FieldStatus.Value || Timestamps.TryParse(text, out _, out _) || TimeGuess.Of("time", [field]) is not null || field.ToLowerInvariant() is "true" or "false");
    }

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
