using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Csv;
using DataStream.Formats.Infer;
using DataStream.Formats.Json;
using Xunit;
using Decoder = DataStream.Formats.Decoder;

namespace DataStream.Tests.Formats.Infer;

/// <summary>A file whose format was inferred: the block, taken as a configuration, must have no mistakes and read the file.</summary>
internal sealed unsafe class InferredFile
{
    private readonly byte[] _bytes;
    private readonly StreamSettings _settings;

    public InferredFile(string path, string text)
    {
        _bytes = Encoding.UTF8.GetBytes(text);
        Yaml = FormatInference.Infer(_bytes, path, isWhole: true);
        LoadedConfig loaded = ConfigLoader.LoadText(new ConfigRequest("pasted.yaml") { Environment = new Dictionary<string, string>() }, Encoding.UTF8.GetBytes(Yaml));
        Assert.True(loaded.Errors.Count == 0, string.Join('\n', loaded.Errors.Sorted().Select(e => e.ToString())) + "\n" + Yaml);
        _settings = loaded.Config!.Stream;
    }

    public string Yaml { get; }

    /// <summary>The schema's lines without their comments.</summary>
    public string[] Fields => [.. Yaml.Split('\n').Where(l => l.StartsWith("    ", StringComparison.Ordinal)).Select(l => l.Split("  # ")[0].Trim())];

    /// <summary>Reads the file as the block says; every record must be sound.</summary>
    public int Read()
    {
        var errors = new ConfigErrors();
        var options = new Settings("'input_format'", Place.Code, _settings.InputFormat!.Options, errors);
        Format format = _settings.InputFormat.Type == "csv" ? CsvFormat.FromSettings(options) : new JsonFormat(options);
        DecodeField[] fields = [.. _settings.Schema!.Select(FieldOf)];
        Assert.Equal(0, errors.Count);
        Assert.Empty(fields.SelectMany(format.Check));
        FormatReading reading = format.CreateReading(new DecodePlan(fields, 4096, KeepRecords: true));
        RecordCutter cutter = reading.CreateCutter();
        Decoder decoder = reading.CreateDecoder();
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([.. fields.Select(f => f.Type)], 64, arena);
        using var block = new NativeBlock(_bytes.Length + 4096);
        cutter.Begin("in");
        _bytes.CopyTo(block.Bytes);
        int rows = 0;
        for (int at = 0; at < _bytes.Length;)
        {
            Cut cut = cutter.Cut(block.Bytes[at.._bytes.Length], true, 8192, 1 << 20);
            Payload payload = new() { Start = block.Start + at + cut.Skip, Capacity = cut.Length };
            payload.Clear();
            payload.Length = cut.Length;
            payload.Header = cutter.Header;
            batch.Attach(payload);
            for (int offset = 0; offset < payload.Length;)
            {
                offset = decoder.Decode(payload, offset, batch);
                Assert.True(batch.CountDead() == 0, $"{Dead(batch)}\n{Yaml}");
                rows += batch.Count;
            }

            at += cut.Skip + cut.Length + cut.Discard;
        }

        return rows;
    }

    private static string Dead(Batch batch)
    {
        foreach (int row in new Rows(batch.Dead))
        {
            return $"{batch.DeathOf(row)}: {Encoding.UTF8.GetString(batch.Bytes(batch.Records[row]))}";
        }

        return "";
    }

    private static DecodeField FieldOf(SchemaField field, int ordinal)
    {
        Assert.True(ColumnType.TryParse(field.Type, out ColumnType type));
        foreach (string format in field.Formats)
        {
            Assert.Null(TimestampParser.CheckFormat(format));
        }

        return new DecodeField(field.Name, type, ordinal)
        {
            Sources = field.Sources.Count > 0 ? [.. field.Sources] : [field.Name],
            Path = field.JsonPath,
            TimeFormats = [.. field.Formats],
            NullValues = [.. field.NullValues],
        };
    }
}
