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
