using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Flow;
using DataStream.Kernels;

namespace DataStream.Formats.Infer;

/// <summary>What the columns of separated records seem to be, once the separator is known.</summary>
/// <param name="HasHeader">The first record has the names.</param>
/// <param name="HasUnits">The record behind it is none: units, types or remarks.</param>
/// <param name="Signs">The signs of numbers that are not a point alone.</param>
/// <param name="Columns">The columns that have a name of their own.</param>
/// <param name="Notes">Remarks for the user.</param>
/// <param name="RecordCount">The records that were looked at.</param>
/// <param name="IsTorn">Another delimiter stands in every value of a text column.</param>
internal sealed record CsvColumns(bool HasHeader, bool HasUnits, SignGuess? Signs, IReadOnlyList<ColumnGuess> Columns, IReadOnlyList<string> Notes, int RecordCount, bool IsTorn)
{
    private const int FewestBelowUnits = 2;

    /// <param name="records">From the header on.</param>
    /// <param name="otherDelimiters">Those that are not the separator.</param>
    /// <param name="mayHaveUnits">Whether the record behind the header is the physical line behind it.</param>
    public static CsvColumns Of(List<List<string>> records, string otherDelimiters, bool mayHaveUnits)
    {
        int width = records.GroupBy(r => r.Count).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First().Key;
        if (!LooksLikeHeader(records, width))
        {
            return Of(null, records, width, otherDelimiters, false);
        }

        List<List<string>> rows = records[1..];
        if (mayHaveUnits && rows.Count > FewestBelowUnits && !rows[0].Exists(IsValue) && rows[1].Exists(IsValue))
        {
            CsvColumns below = Of(records[0], rows[1..], width, otherDelimiters, true);
            if (below.AreUnits(records[0], rows[0]))
            {
                return below;
            }
        }

        return Of(records[0], rows, width, otherDelimiters, false);
    }

    private static CsvColumns Of(List<string>? header, List<List<string>> rows, int width, string otherDelimiters, bool hasUnits)
    {
        var columns = new List<ColumnGuess>();
        var texts = new List<IReadOnlyList<string>>();
        var notes = new List<string>();
        int count = header?.Count ?? width;
        List<string>[] values = [.. Enumerable.Range(0, count).Select(i => rows.Where(r => i < r.Count).Select(r => r[i]).ToList())];
        SignGuess? signs = SignGuess.Of([.. values.Select(v => v.Where(ColumnGuess.IsGiven).ToList())], prefersComma: !otherDelimiters.Contains(';', StringComparison.Ordinal));
        for (int i = 0; i < count; i++)
        {
            string name = header?[i] ?? string.Create(CultureInfo.InvariantCulture, $"column_{i + 1}");
            if (header is not null && name.Length > 0 && header.FindAll(n => n == name).Count > 1)
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
                columns.Add(ColumnGuess.OfFields(name, isSigned ? [.. values[i].Select(v => ColumnGuess.IsGiven(v) ? signs!.Plain(v) ?? v : v)] : values[i]));
                texts.Add([.. rows.Select(r => i < r.Count ? r[i] : "")]);
            }
        }

        int longer = rows.Count(r => r.Count > count && r.Skip(count).Any(f => f.Length > 0));
        if (longer > 0)
        {
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(longer, "record")} of the sample {(longer == 1 ? "has" : "have")} more fields than the header: dead (too_many_fields), unless input_format has extra_fields: ignore"));
        }

        if (hasUnits)
        {
            notes.Add("the line behind the header holds no values (units, perhaps), and is passed over");
        }

        bool isTorn = columns.Zip(texts).Any(pair => pair.First.Type == "text" && otherDelimiters.Any(other => Share(pair.Second, other) >= 0.9));
        return new CsvColumns(header is not null, hasUnits, signs, JoinedTimes.Of(columns, texts), [.. notes.Distinct()], rows.Count, isTorn);
    }

    private static double Share(IReadOnlyList<string> texts, char sign) =>
        texts.Count(text => text.Contains(sign, StringComparison.Ordinal)) / (double)Math.Max(1, texts.Count);

    /// <summary>A record is no record where most columns have a type, and none of its fields in these is of it.</summary>
    private bool AreUnits(List<string> header, List<string> record)
    {
        var typed = new HashSet<string>(Columns.Where(column => column.Type != "text").SelectMany(column => column.Sources.Count > 0 ? column.Sources : [column.Name]), StringComparer.Ordinal);
        string[] fields = [.. record.Take(header.Count).Where((field, i) => typed.Contains(header[i]) && ColumnGuess.IsGiven(field))];
        return typed.Count * 2 >= Columns.Count && fields.Length > 0 && !Array.Exists(fields, IsValue) && record.TrueForAll(field => !field.Contains('\n', StringComparison.Ordinal));
    }

    private static bool LooksLikeHeader(List<List<string>> records, int width)
    {
        List<string> first = records[0];
        for (int i = width - 1; width > first.Count && records.TrueForAll(r => r.Count <= i || r[i].Length == 0); i--)
        {
            width--; // records end with delimiters behind which nothing stands
        }

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
}
