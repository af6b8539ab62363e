using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Formats.TextLines;

/// <summary><c>text</c>: every line (or entry of several) is an event: whole, as one column <c>line</c>, or in fields by a pattern or by widths.</summary>
public sealed class TextLinesFormat : Format
{
    private const string ColumnName = "line";

    private readonly TextOptions _options;

    private TextLinesFormat(TextOptions options) => _options = options;

    /// <summary>Reads the options; mistakes are collected.</summary>
    public static TextLinesFormat FromSettings(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        TextOptions options = TextOptions.Read(settings);
        settings.RejectUnknown();
        return new TextLinesFormat(options);
    }

    public override string Name => "text";

    public override IReadOnlyList<DecodeField>? DefaultFields => HasFields ? null : [new DecodeField(ColumnName, ColumnType.Text, 0)];

    public override TextEncoding? Encoding => _options.Encoding;

    public override bool IsLines => true;

    public override string? MessageFault => Encoding is not null ? "'encoding' is for files: messages are UTF-8"
        : _options.EntryStarts is not null ? "'entry_starts' is for files: each line of a message is an event" : null;

    public override bool CanWrite => false;

    private bool HasFields => _options.Pattern is not null || _options.Widths is not null;

    public override FormatReading CreateReading(DecodePlan plan) => new Reading(this, plan);

    /// <summary>A field stands where the pattern or the widths say; a whole line is one text.</summary>
    public override IReadOnlyList<(string Key, string Message)> Check(DecodeField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var mistakes = new List<(string, string)>();
        if (field.Path is not null)
        {
            mistakes.Add(("path", "'path' is for json; in the format 'text' a pattern or widths say where a field is"));
        }

        if (!HasFields)
        {
            CheckLine(field, mistakes);
            return mistakes;
        }

        if (field.Sources.Count > 1 && field.Type.Kind != ColumnKind.Timestamp)
        {
            mistakes.Add(("source", $"'{field.Name}' has several sources; only a timestamp is joined of several"));
        }

        string[]? names = [.. _options.Pattern?.Fields.Select(f => f.Name) ?? _options.WidthNames ?? []];
        string? unknown = names.Length == 0 ? null : field.Sources.FirstOrDefault(source => !names.Contains(source));
        if (unknown is not null)
        {
            mistakes.Add(("source", $"the {(_options.Pattern is null ? "widths have" : "pattern has")} no field '{unknown}'{Spelling.Suggest(unknown, names)}"));
        }

        if (unknown is null && _options.Pattern is { } pattern && field.Sources.Count == 1)
        {
            CheckPattern(field, pattern.Fields.First(f => f.Name == field.Sources[0]), mistakes);
        }

        return mistakes;
    }

    public override string? Check(IReadOnlyList<DecodeField> fields)
    {
        int names = NamesOf(fields).Length;
        return _options is { Widths: { } widths, WidthNames: null } && widths.Count != names
            ? $"the format 'text' has {widths.Count} widths, and the schema {names} columns, which go by their order; write a map, {{name: width}}, where some are not needed"
            : null;
    }

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) =>
        throw new InvalidOperationException("the format 'text' can be read, not written; use csv or json");

    private static void CheckLine(DecodeField field, List<(string, string)> mistakes)
    {
        if (field.Sources.Count != 1 || field.Sources[0] != ColumnName)
        {
            mistakes.Add(("source", $"the format 'text' without a pattern or widths has one column, '{ColumnName}', and no '{string.Join(' ', field.Sources)}'"));
        }

        if (field.Type.Kind != ColumnKind.Text)
        {
            mistakes.Add(("type", $"'{field.Name}' is {field.Type}, but a line of the format 'text' is text; give the format a 'pattern', or make other types with a map, such as int64({ColumnName})"));
        }

        if (field.NullValues.Count > 0)
        {
            mistakes.Add(("null_values", "the format 'text' without a pattern or widths has no null values: a line is what it is"));
        }
    }

    private static void CheckPattern(DecodeField field, PatternField part, List<(string, string)> mistakes)
    {
        if (part.Type is { } type && type != field.Type)
        {
            mistakes.Add(("type", $"'{field.Name}' is {field.Type} here and {type} in the pattern"));
        }
        else if (part.Formats.Count > 0 && field.TimeFormats.Count > 0 && !part.Formats.SequenceEqual(field.TimeFormats))
        {
            mistakes.Add(("format", $"'{field.Name}' has another format in the pattern; one place is enough"));
        }
    }

    /// <summary>The names in the input that the schema uses, in order, each once.</summary>
    private static string[] NamesOf(IReadOnlyList<DecodeField> fields) => [.. fields.SelectMany(field => field.Sources).Distinct(StringComparer.Ordinal)];

    private sealed class Reading(TextLinesFormat format, DecodePlan plan) : FormatReading
    {
        public override RecordCutter CreateCutter() =>
            EntryStart(plan) is { } entries ? new EntryCutter(entries, plan.MaxRecordSize) : new LineCutter(plan.MaxRecordSize);

        public override Decoder CreateDecoder() => CreateDecoder(plan);

        public override Decoder CreateDecoder(DecodePlan plan)
        {
            TextOptions options = format._options;
            if (options.Pattern is { } pattern)
            {
                DecodePlan complete = plan with { Fields = [.. plan.Fields.Select(field => WithFormats(field, pattern))] };
                return new FieldLineDecoder(complete, new PatternSplitter(pattern.For(complete.Fields)), EntryStart(plan));
            }

            return options.Widths is { } widths
                ? new FieldLineDecoder(plan, new FixedWidths(options.WidthNames ?? NamesOf(plan.Fields), widths), null)
                : new TextLinesDecoder(plan, EntryStart(plan));
        }

        private EntryStart? EntryStart(DecodePlan plan) => format._options.EntryStarts is { } pattern ? new EntryStart(pattern, plan.MaxRecordSize) : null;

        /// <summary>A timestamp's format may stand in the pattern alone.</summary>
        private static DecodeField WithFormats(DecodeField field, TextPattern pattern) =>
            field is { Sources.Count: 1, TimeFormats.Count: 0 } && pattern.Fields.First(f => f.Name == field.Sources[0]).Formats is { Count: > 0 } formats ? field with { TimeFormats = formats } : field;
    }
}
