using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary><c>csv</c>: delimited text as of RFC 4180, in and out.</summary>
public sealed class CsvFormat(CsvOptions options) : Format
{
    public override string Name => "csv";

    public override bool IsLines => true;

    public override string? MessageFault => Encoding is not null ? "'encoding' is for files: messages are UTF-8"
        : Options.HasHeader ? "messages have no header: leave 'header' out, or write 'header: false', and the schema gives the columns in order" : null;

    public CsvOptions Options { get; } = options;

    public override TextEncoding? Encoding => Options.Encoding;

    public override IReadOnlyList<string> InputOptions => ["escape", "decimal", "thousands", "encoding", .. Options.FindsHeader ? ["header"] : Array.Empty<string>()];

    /// <summary>Reads the options of a format; mistakes are collected, and keys that nobody knows rejected.</summary>
    public static CsvFormat FromSettings(Settings settings)
    {
        bool findsHeader = settings.Text("header") == "find";
        bool hasHeader = findsHeader || settings.Flag("header", absent: true, ", or of input 'find'");
        byte delimiter = Sign(settings, "delimiter", absent: (byte)',') ?? (byte)',';
        byte quote = Sign(settings, "quote", absent: (byte)'"') ?? (byte)'"';
        byte? comment = Sign(settings, "comment", absent: null);
        byte? escape = Sign(settings, "escape", absent: null);
        CheckSigns(settings, delimiter, quote, comment, escape);
        (byte decimalSign, string? thousands) = NumberOptions(settings);
        var options = new CsvOptions
        {
            Delimiter = delimiter,
            Quote = quote,
            Comment = comment,
            HasHeader = hasHeader,
            FindsHeader = findsHeader,
            Escape = escape == quote ? null : escape,
            DecimalSign = decimalSign,
            Thousands = thousands,
            Encoding = EncodingName.Read(settings),
            NullValues = [.. settings.List("null_values", takesNull: true).Select(value => value.Value)],
            SkipLines = settings.Integer("skip_lines", 0, 0, int.MaxValue),
            SkipAfterHeader = settings.Integer("skip_after_header", 0, 0, int.MaxValue),
            IgnoresExtraFields = settings.OneOf("extra_fields", "dead", "ignore") == "ignore",
            Decimals = ReadDecimals(settings),
            GuardsFormulas = settings.OneOf("formulas", "keep", "guard") == "guard",
        };
        if (!hasHeader && options.SkipAfterHeader > 0)
        {
            settings.Error("skip_after_header", "bad_value", $"'skip_after_header' of {settings.Owner} needs 'header: true'; 'skip_lines' skips lines at the start");
        }

        settings.RejectUnknown();
        return new CsvFormat(options);
    }

    /// <summary>The key <c>decimals</c> of a format or an output; null where it is absent.</summary>
    public static int? ReadDecimals(Settings settings) =>
        settings.Has("decimals") ? (int)settings.Integer("decimals", 0, 0, NumberText.MaxFixedDecimals) : null;

    /// <summary>The same format with a double's digits fixed, as an output may ask for.</summary>
    public CsvFormat WithDecimals(int? decimals) => decimals is null ? this : new CsvFormat(Options with { Decimals = decimals });

    public override IReadOnlyList<(string Key, string Message)> Check(DecodeField field)
    {
        var faults = new List<(string, string)>();
        if (field.Path is not null)
        {
            faults.Add(("path", $"'{field.Name}' has a 'path', which is for json; in csv 'source' names the column"));
        }

        if (field.Sources.Count > 1 && field.Type.Kind != ColumnKind.Timestamp)
        {
            faults.Add(("source", $"'{field.Name}' has several sources; only a timestamp is joined of several"));
        }

        return faults;
    }

    public override FormatReading CreateReading(DecodePlan plan) => new CsvReading(Options, plan);

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new CsvEncoder(Options, fields);

    private static byte? Sign(Settings settings, string key, byte? absent)
    {
        if (settings.Text(key) is not { } text)
        {
            return absent;
        }

        if (key == "delimiter" && text == "tab")
        {
            return (byte)'\t';
        }

        if (text.Length == 1 && char.IsAscii(text[0]) && text[0] is not ('\n' or '\r' or '\0'))
        {
            return (byte)text[0];
        }

        string tab = key == "delimiter" ? " or 'tab'" : "";
        settings.Error(key, "bad_value", $"'{key}' of {settings.Owner} is one byte{tab}, not '{text}'");
        return absent;
    }

    /// <summary>The decimal sign, and the one between thousands.</summary>
    private static (byte Decimal, string? Thousands) NumberOptions(Settings settings)
    {
        string sign = settings.OneOf("decimal", ".", ",");
        string? thousands = settings.Text("thousands");
        if (thousands is not null && (thousands.EnumerateRunes().Count() != 1 || char.IsLetterOrDigit(thousands, 0) || thousands[0] is '+' or '-' or '\n' or '\r' or '\0' or '"'))
        {
            settings.Error("thousands", "bad_value", $"'thousands' of {settings.Owner} is one character that is no digit, letter or sign of numbers, such as '.' or ' ', not '{thousands}'");
            thousands = null;
        }

        if (thousands == sign)
        {
            settings.Error("thousands", "bad_value", $"'thousands' of {settings.Owner} is the decimal sign too{(settings.Has("decimal") ? "" : "; write 'decimal: \",\"' beside it")}");
            thousands = null;
        }

        return ((byte)sign[0], thousands);
    }

    private static void CheckSigns(Settings settings, byte delimiter, byte quote, byte? comment, byte? escape)
    {
        if (escape == delimiter || (escape is { } sign && char.IsAsciiLetterOrDigit((char)sign)))
        {
            settings.Error("escape", "bad_value", $"'escape' of {settings.Owner} is a sign such as '\\', no letter, digit or delimiter");
        }

        // A quote that may be a part of a number or word could not be told from it.
        if (char.IsAsciiLetterOrDigit((char)quote) || quote is (byte)'+' or (byte)'-' or (byte)'.' or (byte)':' or (byte)' ' or (byte)'\t')
        {
            settings.Error("quote", "bad_value", $"'quote' of {settings.Owner} is a sign that values do not begin with, such as '\"' or \"'\"");
        }

        if (delimiter == quote)
        {
            settings.Error(settings.Has("quote") ? "quote" : "delimiter", "bad_value", $"'quote' and 'delimiter' of {settings.Owner} are the same");
        }

        if (comment == delimiter || comment == quote)
        {
            settings.Error("comment", "bad_value", $"'comment' of {settings.Owner} is its {(comment == quote ? "quote" : "delimiter")} too");
        }
    }
}
