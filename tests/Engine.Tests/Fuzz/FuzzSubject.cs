using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using DataStream.Tests.House;

namespace DataStream.Tests.Fuzz;

/// <summary>A format as the fuzzer meets it: settings, a corpus, words that matter to it, and where there is one an independent reader.</summary>
/// <param name="Name">The corpus's folder, and what the command takes.</param>
/// <param name="Extension">Of input files.</param>
/// <param name="Settings">Lines of <c>stream_settings</c>; <c>{DIR}</c> stands for a folder with <c>schema.avsc</c>.</param>
/// <param name="Oracle">The rows of a file as JSON, the dead as <c>†reason field</c>; null where it does not know.</param>
/// <param name="Words">What mutations insert beside what they insert everywhere.</param>
internal sealed record FuzzSubject(string Name, string Extension, string Settings, Func<byte[], IReadOnlyList<string>?>? Oracle, params string[] Words)
{
    /// <summary>Small, so that mutants pass it.</summary>
    public const int MaxRecordSize = 300;

    public const string AvroSchema = """{"type":"record","name":"r","fields":[{"name":"n","type":"long"},{"name":"s","type":["null","string"]},{"name":"f","type":"double"},{"name":"l","type":{"type":"array","items":"int"}},{"name":"m","type":{"type":"map","values":"bytes"}},{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}}]}""";

    private const string Schema = "schema: {a: text, n: int64, f: float64, b: bool, p: {type: text, path: \"o.p[1]\"}}";

    public static IReadOnlyList<FuzzSubject> All { get; } =
    [
        new("csv", "csv", "input_format: {type: csv, header: false, null_values: [\"-\"]}\nschema: {a: text, n: int64, f: float64, b: bool, c: text}", FuzzOracles.Csv, "\"", "\"\"", ",", "\r\n", "\",\"", "-", "NaN"),
        new("csv-dialect", "csv", "input_format: {type: csv, delimiter: \";\", quote: \"'\", escape: \"\\\\\", comment: \"#\", header: find, decimal: \",\", thousands: \".\", extra_fields: ignore}\nschema: {a: text, f: float64, t: {type: timestamp, source: [d, h], format: \"dd.MM.yyyy HH:mm\", time_zone: Europe/Berlin}, m: decimal(2)}",
            null, "'", "\\'", ";", "#", "\\\\", "1.000,5", "24:00", "31.02.2026", "a;f;d;h;m\n"),
        new("json", "ndjson", Schema, JsonFuzzOracle.JsonLines, "\"", "\\", "\\u0000", "\\ud800", "\\udc00\\ud800", "{", "}", "[", "]", ":", ",", "true", "null", "{\"a\":", "\"n\":1", "1e400", "-0", "01"),
        new("json-values", "json", "input_format: {type: json, framing: values}\n" + Schema, JsonFuzzOracle.JsonValues, "\"", "\\", "{", "}", "[", "]", "\n{\"a\":", "}{", "\n", "1"),
        new("json-array", "json", "input_format: {type: json, records: \"d.e\"}\n" + Schema, JsonFuzzOracle.JsonArray, "\"", "\\", "{", "}", "[", "]", "{\"d\":{\"e\":[", "]}}", ",", "\n"),
        new("text", "log", "input_format: {type: text, pattern: '{ip} {level} [{n:int64}] {rest}'}\nschema: {ip: text, level: text, n: int64, rest: text}", FuzzOracles.Text, " ", " [", "] ", "\r\n", "-", "+"),
        new("text-entries", "log", "input_format: {type: text, entry_starts: \"{t:timestamp} \", pattern: \"{t:timestamp} {level} {message}\"}\nschema: {t: timestamp, level: text, message: text}", null, "2026-01-01T00:00:00Z ", "\n", "\n\n", "\r\n", " "),
        new("text-widths", "txt", "input_format: {type: text, widths: [4, 6, 20, 3]}\nschema: {a: text, v: float64, t: timestamp, z: int64}", null, " ", "\n", "é", "2026-01-01T00:00:00Z"),
        new("msgpack", "msgpack", "schema: {a: text, n: int64, f: float64, b: bool, t: timestamp, p: {type: text, path: o.p}}", FuzzOracles.MessagePack, "\u0081", "\u00C1", "\u00DF\u00FF\u00FF\u00FF\u00FF", "\u00DD\u0080\u0000\u0000\u0000", "\u00C7\u000C\u00FF", "\u00D6\u00FF", "\u00D7\u00FF", "\u00A1a", "\u00C0"),
        new("avro", "avro", "schema: {n: int64, s: text, f: float64, l: text, m: text, e: text}", null, "\u0000", "\u00FF\u00FF\u00FF\u00FF\u000F", "\u0001", "\u00FE\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u0001", "avro.codec", "deflate", "\"int\"", "\"null\""),
        new("avro-datums", "bin", "input_format: {type: avro, schema_file: \"{DIR}/schema.avsc\"}\nschema: {n: int64, s: text, f: float64, l: text, m: text, e: text}", null, "\u0000", "\u0001", "\u0002", "\u0003", "\u00FF\u00FF\u00FF\u00FF\u000F"),
        new("binary", "bin", "input_format: {type: binary, record_size: 32, fields: {device: {offset: 0, type: uint32}, status: {offset: 4, type: int16}, region: {offset: 6, type: text(8)}, value: {offset: 16, type: float64}, big: {offset: 24, type: uint64}}}", FuzzOracles.Binary, "\u0000", "\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF", "\u00F8\u007F"),
    ];

    public static FuzzSubject Of(string name) => All.First(s => s.Name == name);

    /// <summary>The files of the corpus, by name.</summary>
    public IReadOnlyList<byte[]> Corpus => [.. Directory.EnumerateFiles(Repository.PathOf("tests/Engine.Tests/Fuzz/corpus/" + Name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    /// <summary>The whole configuration: from <c>in</c> files to NDJSON.</summary>
    public string Yaml =>
        $"""
        stream_settings:
          stream_input: "file:{"{DIR}"}/in*.{Extension}"
          stream_output: {"{"}main: "file:{"{DIR}"}/out.ndjson", dead: "file:{"{DIR}"}/dead.ndjson"{"}"}
          output_format: json
          {Settings.Replace("\n", "\n  ", StringComparison.Ordinal)}
        performance_tuning: {"{"}max_record_size: {MaxRecordSize}B{"}"}

        """;

    public byte[] Word(Random random) => Encoding.Latin1.GetBytes(Words[random.Next(Words.Length)]);
}
