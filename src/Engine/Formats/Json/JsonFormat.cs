using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>JSON (RFC 8259): one object per line in and out; in also values on any lines, and the elements of an array; of messages also behind the number of their schema.</summary>
public sealed class JsonFormat : Format
{
    private readonly JsonOptions _options;

    /// <summary>Reads the format's options: <c>decimals</c> for the output, <c>records</c>, <c>coerce</c> and <c>encoding</c> for the input, and <c>framing</c>, with words for either.</summary>
    public JsonFormat(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string framing = settings.Has("framing") ? settings.OneOf("framing", "lines", "values", "confluent") : "lines";
        _options = new JsonOptions((int)settings.Integer("decimals", -1, 0, NumberText.MaxFixedDecimals))
        {
            ByValue = framing == "values",
            IsFramed = framing == "confluent",
            Records = ReadRecords(settings),
            Coerce = settings.Flag("coerce", absent: false),
        };
        Encoding = EncodingName.Read(settings);
        settings.RejectUnknown();
    }

    private JsonFormat(JsonOptions options, TextEncoding? encoding) => (_options, Encoding) = (options, encoding);

    /// <summary>The same format with a double's digits fixed, as an output may ask for; null: the same.</summary>
    public JsonFormat WithDecimals(int? decimals) => decimals is { } digits ? new JsonFormat(_options with { Decimals = digits }, Encoding) : this;

    /// <summary>The same format with a place that knows the schemas which messages name by number.</summary>
    public JsonFormat With(ISchemaLookup lookup) => new(_options with { Lookup = lookup }, Encoding);

    public override string Name => "json";

    /// <summary>Whether rows are messages of the Confluent wire format: <c>framing: confluent</c>.</summary>
    public bool IsFramed => _options.IsFramed;

    /// <summary>Whether <c>framing: values</c> was asked for.</summary>
    internal bool IsByValue => _options.ByValue;

    public override bool IsLines => true;

    public override string? MessageFault => Encoding is not null ? "'encoding' is for files: messages are UTF-8"
        : _options.IsByValue ? "'framing' and 'records' are for files in this version: a message is one object" : null;

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

        if (field.NullValues.Count > 0 && !_options.Coerce)
        {
            complaints.Add(("null_values", $"'{field.Name}' has 'null_values', which are for csv, and for json with 'coerce': in JSON null is null"));
        }

        return complaints;
    }

    public override FormatReading CreateReading(DecodePlan plan) => new Reading(plan, _options);

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new JsonEncoder(fields, _options.Decimals);

    /// <summary>The JSON Schema of rows with these columns, as JSON in UTF-8.</summary>
    public static byte[] SchemaOf(IReadOnlyList<Field> fields) => JsonRowSchema.Of(fields);

    /// <summary>An encoder whose rows are messages of the Confluent wire format.</summary>
    /// <param name="fields">The columns, in order.</param>
    /// <param name="schemaId">The number that a registry gave the schema of <see cref="SchemaOf"/>.</param>
    public Encoder CreateMessageEncoder(IReadOnlyList<Field> fields, int schemaId) => new JsonEncoder(fields, _options.Decimals, schemaId);

    private static IReadOnlyList<JsonStep>? ReadRecords(Settings settings)
    {
        if (settings.Text("records") is not { } path)
        {
            return null;
        }

        if (settings.Has("framing") && settings.Text("framing") == "lines")
        {
            settings.Error("framing", "bad_value", "'records' are looked for in values on any lines: leave 'framing' out");
        }

        IReadOnlyList<JsonStep> steps = [];
        if (path != "." && !JsonPath.TryParse(path, out steps, out string? error))
        {
            settings.Error("records", "bad_value", $"{error}; \".\" is an array that stands alone");
        }

        return steps;
    }

    private sealed class Reading(DecodePlan plan, JsonOptions options) : FormatReading
    {
        public override RecordCutter CreateCutter() =>
            options.IsByValue ? new JsonValueCutter(plan.MaxRecordSize, options.Records) : new LineCutter(plan.MaxRecordSize);

        public override MessageCutter? CreateMessageCutter(string source) => options.IsByValue ? null : new JsonMessages(plan.MaxRecordSize, options.Lookup);

        public override Decoder CreateDecoder() => new JsonDecoder(plan, options);

        public override Decoder CreateDecoder(DecodePlan plan) => new JsonDecoder(plan, options);
    }
}
