using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats.Infer;

/// <summary>What a column seems to be.</summary>
internal sealed record ColumnGuess(string Name, string Type)
{
    /// <summary>JSON: where the value is, when that is not the key of the name.</summary>
    public string? Path { get; init; }

    /// <summary>For timestamps.</summary>
    public TimeGuess? Time { get; init; }

    /// <summary>Words that often stand for null and were seen here: nulls in a column of another type than text, in one of text who knows.</summary>
    public IReadOnlyList<string> NullWords { get; init; } = [];

    /// <summary>Values that are empty.</summary>
    public bool HasEmpty { get; init; }

    /// <summary>Some record has no value.</summary>
    public bool HasNulls { get; init; }

    /// <summary>The columns that are joined to this one, a timestamp; none: it is one.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>JSON: values stand in strings.</summary>
    public bool NeedsCoerce { get; init; }

    /// <summary>For the user, behind the line.</summary>
    public string? Note { get; init; }

    private static readonly string[] s_nullWords = ["NA", "N/A", "n/a", "na", "null", "NULL", "Null", "None", "none", "nil", "-", "--", "?", "\\N", "#N/A", "."];

    /// <summary>Whether a field is neither empty nor a word for null.</summary>
    public static bool IsGiven(string field) => field.Length > 0 && !s_nullWords.Contains(field);

    /// <summary>Guesses from the fields of a CSV column.</summary>
    public static ColumnGuess OfFields(string name, IReadOnlyList<string> fields)
    {
        List<string> given = [.. fields.Where(f => f.Length > 0)];
        bool hasEmpty = given.Count < fields.Count;
        List<string> present = [.. given.Where(f => !s_nullWords.Contains(f))];
        if (present.Count == 0)
        {
            return new ColumnGuess(name, "text") { HasEmpty = hasEmpty, HasNulls = true, Note = given.Count == 0 ? "no values in the sample" : null };
        }

        ColumnGuess guess = OfTexts(name, present);
        return guess with
        {
            HasEmpty = hasEmpty,
            HasNulls = guess.Type == "text" ? hasEmpty : present.Count < fields.Count,
            NullWords = [.. given.Where(f => s_nullWords.Contains(f)).Distinct()],
        };
    }

    /// <summary>Guesses from texts that all have a value.</summary>
    private static ColumnGuess OfTexts(string name, List<string> texts)
    {
        List<byte[]> bytes = [.. texts.Select(Encoding.UTF8.GetBytes)];
        bool isInt64 = AllNumbers(bytes, b => Numbers.ParseInt64(b, out _));
        bool isFloat64 = isInt64 || AllNumbers(bytes, b => Numbers.ParseFloat64(b, out _));
        if (isFloat64 && bytes.Exists(HasLeadingZero))
        {
            // 007 is rather a name than a number, unless it is a date such as 20260101.
            return new ColumnGuess(name, "text") { Note = "digits with leading zeros" };
        }

        if (TimeGuess.Of(name, texts) is { } time)
        {
            return new ColumnGuess(name, "timestamp") { Time = time };
        }

        string type = isInt64 ? "int64" : isFloat64 ? "float64" : bytes.TrueForAll(IsBoolWord) ? "bool" : "text";
        return type == "text" && Misfits.Guess(name, texts, OfTexts) is { } nearly ? nearly : new ColumnGuess(name, type);
    }

    private static bool AllNumbers(List<byte[]> texts, Func<byte[], FieldStatus> parse)
    {
        bool any = false;
        foreach (byte[] text in texts)
        {
            FieldStatus status = parse(text);
            if (status is not (FieldStatus.Value or FieldStatus.Null))
            {
                return false;
            }

            any |= status == FieldStatus.Value;
        }

        return any;
    }

    private static bool HasLeadingZero(byte[] text)
    {
        int first = text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        return text.Length > first + 1 && text[first] == '0' && char.IsAsciiDigit((char)text[first + 1]);
    }

    /// <summary>Words only: 1 and 0 are numbers unless one says otherwise.</summary>
    private static bool IsBoolWord(byte[] text) => text.Length > 1 && Bools.Parse(text, out _) == FieldStatus.Value;
}
