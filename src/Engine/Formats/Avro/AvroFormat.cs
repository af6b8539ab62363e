using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats.Json;

namespace DataStream.Formats.Avro;

/// <summary>Avro (1.11): object container files and messages of the Confluent wire format in and out; in also bare datums with <c>schema_file</c>.</summary>
public sealed class AvroFormat : Format
{
    private readonly AvroOptions _options;

    private AvroFormat(AvroOptions options) => _options = options;

    /// <summary>Reads the format's options; mistakes are collected.</summary>
    /// <param name="settings"><c>schema_file</c>, for the input, and <c>codec</c>, for the output.</param>
    /// <param name="lookup">Where the schemas of the wire format come from; null: messages of it cannot be read.</param>
    public AvroFormat(Settings settings, ISchemaLookup? lookup = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _options = new AvroOptions { Schema = ReadSchema(settings), Lookup = lookup, Codec = settings.OneOf("codec", "null", "deflate", "zstandard", "snappy") };
        settings.RejectUnknown();
    }

    public override string Name => "avro";

    /// <summary>With what a container file begins.</summary>
    internal static ReadOnlySpan<byte> Magic => AvroHeader.Magic;

    /// <summary>How blocks that are written are compressed.</summary>
    public string Codec => _options.Codec;

    public override bool BringsFields => true;

    /// <summary>Whether <c>schema_file</c> gives the reader's schema.</summary>
    public bool HasReader => _options.Schema is not null;

    /// <summary>The same with a place where the schemas of the wire format are found.</summary>
    public AvroFormat With(ISchemaLookup lookup) => new(_options with { Lookup = lookup });

    /// <summary>The same with the reader's schema, as JSON in UTF-8: it has the columns, and says what a record has that lacks one.</summary>
    /// <param name="reader">The schema.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <exception cref="StopException">It is none: 65.</exception>
    public AvroFormat WithReader(byte[] reader, string source)
    {
        ArgumentNullException.ThrowIfNull(reader);
        _ = Fields(reader, source);
        return new AvroFormat(_options with { Schema = reader });
    }

    /// <summary>Whether records of one schema can be read under the other, to the same columns.</summary>
    /// <exception cref="StopException">One of them is no schema: 65.</exception>
    public static bool HaveSameColumns(byte[] some, byte[] other, string source)
    {
        ArgumentNullException.ThrowIfNull(some);
        ArgumentNullException.ThrowIfNull(other);
        return Fields(some, source).Select(field => (field.Name, field.Type)).SequenceEqual(Fields(other, source).Select(field => (field.Name, field.Type)))
            && AvroSchemaParser.Parse(some).Name == AvroSchemaParser.Parse(other).Name;
    }

    public override IReadOnlyList<string> InputOptions => ["schema_file"];

    public override IReadOnlyList<DecodeField>? FieldsOf(ReadOnlySpan<byte> beginning, bool isAll, string source)
    {
        if (_options.Schema is { } own)
        {
            return Fields(own, source);
        }

        ReadOnlySpan<byte> magic = AvroHeader.Magic;
        int known = Math.Min(magic.Length, beginning.Length);
        bool mayBeContainer = beginning[..known].SequenceEqual(magic[..known]);
        if (mayBeContainer && known == magic.Length)
        {
            var cursor = new AvroCursor(beginning) { At = magic.Length };
            if (AvroHeader.Read(ref cursor) is { } header)
            {
                return Fields(header.Schema, source);
            }

            mayBeContainer = cursor.Fault == AvroFault.Short && cursor.Needed <= AvroHeader.MaxLength;
        }

        return mayBeContainer && !isAll ? null
            : throw new StopException(ExitCode.BadData, $"{source}: 'stream_settings.schema' is absent, and no header of an Avro container file gives the columns; write them in 'schema', or name a 'schema_file'");
    }

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
            complaints.Add(("source", $"'{field.Name}' has several sources, which are joined for timestamps alone"));
        }

        if (field.NullValues.Count > 0)
        {
            complaints.Add(("null_values", $"'{field.Name}' has 'null_values', which are for csv: in Avro null is null"));
        }

        return complaints;
    }

    public override FormatReading CreateReading(DecodePlan plan) => new AvroReading(_options, plan);

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new AvroEncoder(fields, _options.Codec);

    /// <summary>The schema under which <see cref="CreateMessageEncoder"/> writes, as JSON in UTF-8.</summary>
    public static byte[] SchemaOf(IReadOnlyList<Field> fields) => AvroEncoder.SchemaOf(fields);

    /// <summary>An encoder whose rows are messages of the Confluent wire format.</summary>
    /// <param name="fields">The columns, in order.</param>
    /// <param name="schemaId">The number that a registry gave the schema of <see cref="SchemaOf"/>.</param>
    public static Encoder CreateMessageEncoder(IReadOnlyList<Field> fields, int schemaId) => new AvroEncoder(fields, "null", schemaId);

    private static DecodeField[] Fields(byte[] json, string source)
    {
        try
        {
            AvroSchema schema = AvroSchemaParser.Parse(json);
            return [.. schema.Fields.Select((field, i) => new DecodeField(field.Name!, AvroConversion.TypeOf(field.Schema), i))];
        }
        catch (AvroSchemaException mistake)
        {
            throw new StopException(ExitCode.BadData, $"{source}: {mistake.Message}", mistake);
        }
    }

    private static byte[]? ReadSchema(Settings settings)
    {
        if (settings.Text("schema_file") is not { } path)
        {
            return null;
        }

        try
        {
            byte[] json = File.ReadAllBytes(path);
            AvroSchemaParser.Parse(json);
            return json;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            settings.Error("schema_file", "bad_value", $"the schema file '{path}' cannot be read: {fault.Message}");
        }
        catch (AvroSchemaException mistake)
        {
            settings.Error("schema_file", "bad_value", $"the schema file '{path}': {mistake.Message}");
        }

        return null;
    }
}
