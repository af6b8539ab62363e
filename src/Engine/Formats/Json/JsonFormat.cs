using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>JSON (RFC 8259), one object per line, in and out.</summary>
public sealed class JsonFormat : Format
{
    private readonly int _decimals;

    /// <summary>Reads the format's options: <c>decimals</c>, for the output.</summary>
    public JsonFormat(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.NotSupported("framing", "records", "coerce");
        Encoding = EncodingName.Read(settings);
        _decimals = (int)settings.Integer("decimals", -1, 0, NumberText.MaxFixedDecimals);
        settings.RejectUnknown();
    }

    private JsonFormat(int decimals) => _decimals = decimals;

    /// <summary>The same format with a double's digits fixed, as an output may ask for; null: the same.</summary>
    public JsonFormat WithDecimals(int? decimals) => decimals is { } digits ? new JsonFormat(digits) : this;

    public override string Name => "json";

    public override TextEncoding? Encoding { get; }

    public override IReadOnlyList<string> InputOptions => ["encoding"];

    public override IReadOnlyList<(string Key, string Message)> Check(DecodeField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var complaints = new List<(string, string)>();
        if (field.Path is not null)
        {
            if (!JsonPath.TryParse(field.Path, out _, out string? error))
            {
                complaints.Add(("path", error));
            }

            if (field.Sources.Count != 1 || field.Sources[0] != field.Name)
            {
                complaints.Add(("source", $"'{field.Name}' has a 'path' and a 'source'; one of them says where the value is"));
            }
        }

        if (field.Sources.Count > 1 && field.Type.Kind != ColumnKind.Timestamp)
        {
            complaints.Add(("source", $"'{field.Name}' has several sources; only a timestamp is joined of several"));
        }

        if (field.NullValues.Count > 0)
        {
            complaints.Add(("null_values", $"'{field.Name}' has 'null_values', which are for csv: in JSON null is null"));
        }

        return complaints;
    }

    public override FormatReading CreateReading(DecodePlan plan) => new Reading(plan);

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new JsonEncoder(fields, _decimals);

    private sealed class Reading(DecodePlan plan) : FormatReading
    {
        public override RecordCutter CreateCutter() => new LineCutter(plan.MaxRecordSize);

        public override Decoder CreateDecoder() => new JsonDecoder(plan);

        public override Decoder CreateDecoder(DecodePlan plan) => new JsonDecoder(plan);
    }
}
