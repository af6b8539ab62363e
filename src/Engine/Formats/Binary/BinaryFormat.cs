using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Formats.Binary;

/// <summary><c>binary</c>: records of one length with fields at fixed places, little-endian, as a program's structs are. For input.</summary>
public sealed class BinaryFormat : Format
{
    /// <summary>The longest record, as a payload may be.</summary>
    internal const int MaxRecord = 16 << 20;

    private readonly int _recordSize;
    private readonly IReadOnlyList<BinaryField> _layout;

    private BinaryFormat(int recordSize, IReadOnlyList<BinaryField> layout) => (_recordSize, _layout) = (recordSize, layout);

    /// <summary>Reads the options: <c>fields</c>, a map of names to <c>{offset, type}</c>, and <c>record_size</c> (absent: up to the end of the last field). Mistakes are collected.</summary>
    public static BinaryFormat FromSettings(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var layout = new List<BinaryField>();
        if (!settings.Has("fields"))
        {
            settings.Missing("fields");
        }
        else if (settings.MapOf("fields") is { } fields)
        {
            layout.AddRange(fields.Select(entry => Read(entry, settings)).OfType<BinaryField>());
            if (fields.Count == 0)
            {
                settings.Error("fields", "bad_value", $"'fields' of {settings.Owner} needs at least one field");
            }
        }

        int end = layout.Count == 0 ? 1 : layout.Max(f => f.Offset + f.Length);
        int recordSize = (int)settings.Integer("record_size", end, 1, MaxRecord);
        if (recordSize < end)
        {
            settings.Error("record_size", "bad_value", string.Create(CultureInfo.InvariantCulture, $"'record_size' of {settings.Owner} is {recordSize}, but its last field ends at {end}"));
        }

        settings.RejectUnknown();
        return new BinaryFormat(recordSize, layout);
    }

    public override string Name => "binary";

    public override bool CanWrite => false;

    /// <summary>Without a schema all fields of the layout, each in the type that holds it.</summary>
    public override IReadOnlyList<DecodeField> DefaultFields =>
        [.. _layout.Select((place, ordinal) => new DecodeField(place.Name, place.Column, ordinal))];

    public override IReadOnlyList<(string Key, string Message)> Check(DecodeField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var complaints = new List<(string, string)>();
        if (field.Path is not null)
        {
            complaints.Add(("path", "'path' is for nested values: the format 'binary' has fields at fixed places"));
        }

        if (field.NullValues.Count > 0)
        {
            complaints.Add(("null_values", "the format 'binary' has no null values: a number that is not finite is null"));
        }

        if (field.Sources.Count > 1 && field.Type.Kind != ColumnKind.Timestamp)
        {
            complaints.Add(("source", $"'{field.Name}' has several sources, which are joined for timestamps alone"));
            return complaints;
        }

        foreach (string source in field.Sources)
        {
            if (_layout.FirstOrDefault(f => f.Name == source) is not { } place)
            {
                if (_layout.Count > 0)
                {
                    complaints.Add(("source", $"the layout of the format 'binary' has no field '{source}'{Spelling.Suggest(source, _layout.Select(f => f.Name))}"));
                }
            }
            else if (!Fits(place, field.Type.Kind))
            {
                complaints.Add(("type", $"'{field.Name}' is {field.Type}, which cannot be read from {place.Kind.ToString().ToLowerInvariant()}"));
            }
        }

        return complaints;
    }

    public override FormatReading CreateReading(DecodePlan plan) => new Reading(plan, _recordSize, _layout);

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => throw new InvalidOperationException("the format 'binary' can be read, not written");

    private static BinaryField? Read(ConfigEntry entry, Settings owner)
    {
        string name = $"field '{entry.Key}' of {owner.Owner}";
        if (entry.Value is not ConfigMap map)
        {
            owner.Error(entry.Value, "bad_value", $"{name} is a map with 'offset' and 'type', such as {{offset: 0, type: uint32}}");
            return null;
        }

        var settings = new Settings(name, entry.KeyPlace, map, owner.Errors);
        foreach (string key in (string[])["offset", "type"])
        {
            if (!settings.Has(key))
            {
                settings.Missing(key);
            }
        }

        int offset = (int)settings.Integer("offset", 0, 0, MaxRecord - 1);
        string? type = settings.Text("type");
        bool isType = BinaryField.TryParse(type ?? "", out BinaryKind kind, out int length);
        if (type is not null && !isType)
        {
            settings.Error("type", "unknown_type", $"'type' of {name} is {string.Join(", ", BinaryField.Types)}, not '{type}'{Spelling.Suggest(type, BinaryField.Types)}");
        }
        else if (isType && offset + length > MaxRecord)
        {
            settings.Error("offset", "bad_value", $"{name} ends behind the longest record, of {MaxRecord >> 20} MiB");
            isType = false;
        }

        settings.RejectUnknown();
        return isType ? new BinaryField(entry.Key, offset, kind, length) : null;
    }

    private static bool Fits(BinaryField place, ColumnKind kind) => kind switch
    {
        ColumnKind.Int64 => place.IsInteger,
        ColumnKind.Float64 or ColumnKind.Decimal => place.IsInteger || place.IsFloat,
        ColumnKind.Timestamp => place.Kind != BinaryKind.Bool,
        ColumnKind.Bool => place.Kind == BinaryKind.Bool,
        ColumnKind.Text => place.Kind == BinaryKind.Text,
        _ => true, // said elsewhere
    };

    private sealed class Reading(DecodePlan plan, int recordSize, IReadOnlyList<BinaryField> layout) : FormatReading
    {
        public override RecordCutter CreateCutter() => new BinaryCutter(recordSize, plan.MaxRecordSize);

        public override Decoder CreateDecoder() => new BinaryDecoder(plan, recordSize, layout);

        public override Decoder CreateDecoder(DecodePlan plan) => new BinaryDecoder(plan, recordSize, layout);
    }
}
