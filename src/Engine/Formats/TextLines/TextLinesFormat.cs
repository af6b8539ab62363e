using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Formats.TextLines;

/// <summary><c>text</c>: every line is an event with one column, <c>line</c>.</summary>
public sealed class TextLinesFormat : Format
{
    private const string ColumnName = "line";

    /// <summary>Reads the options; mistakes are collected.</summary>
    public static TextLinesFormat FromSettings(Settings settings)
    {
        foreach (string key in (string[])["pattern", "widths", "entry_starts"])
        {
            if (settings.Has(key))
            {
                settings.Error(key, "not_supported", $"'{key}' of {settings.Owner} is not supported in this version: a line is read whole, as one column '{ColumnName}'");
            }
        }

        settings.RejectUnknown();
        return new TextLinesFormat();
    }

    public override string Name => "text";

    public override IReadOnlyList<DecodeField> DefaultFields => [new DecodeField(ColumnName, ColumnType.Text, 0)];

    public override FormatReading CreateReading(DecodePlan plan) => new Reading(plan);

    /// <summary>A line is one text: there is no other column, type or place in it.</summary>
    public override IReadOnlyList<(string Key, string Message)> Check(DecodeField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var mistakes = new List<(string, string)>();
        if (field.Sources.Count != 1 || field.Sources[0] != ColumnName)
        {
            mistakes.Add(("source", $"the format 'text' has one column, '{ColumnName}', and no '{string.Join(' ', field.Sources)}'"));
        }

        if (field.Type.Kind != ColumnKind.Text)
        {
            mistakes.Add(("type", $"'{field.Name}' is {field.Type}, but a line of the format 'text' is text; make other types with a map, such as int64({ColumnName})"));
        }

        if (field.Path is not null)
        {
            mistakes.Add(("path", "'path' is for json: the format 'text' reads a line whole"));
        }

        if (field.NullValues.Count > 0)
        {
            mistakes.Add(("null_values", "the format 'text' has no null values: a line is what it is"));
        }

        return mistakes;
    }

    public override bool CanWrite => false;

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) =>
        throw new InvalidOperationException("the format 'text' can be read, not written; use csv or json");

    private sealed class Reading(DecodePlan plan) : FormatReading
    {
        public override RecordCutter CreateCutter() => new LineCutter(plan.MaxRecordSize);

        public override Decoder CreateDecoder() => new TextLinesDecoder(plan);

        public override Decoder CreateDecoder(DecodePlan plan) => new TextLinesDecoder(plan);
    }
}
