using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Formats.Json;
using DataStream.Tests.Pipelines;
using global::MessagePack;
using Xunit;

namespace DataStream.Tests.Conformance;

/// <summary>Every byte that begins a value of MessagePack, with a value behind it, through whole runs beside the MessagePack package.</summary>
public sealed class MessagePackConformanceTests
{
    /// <summary>A value for each first byte from 0x00 to 0xFF, and its JSON; null: the byte begins none.</summary>
    public static IReadOnlyList<(byte[] Value, string? Json)> Values { get; } = [.. Enumerable.Range(0, 256).Select(head => ((byte)head, Behind((byte)head)))
        .Select(v => (v.Item2 is null ? new[] { v.Item1 } : [v.Item1, .. v.Item2], v.Item2 is null ? null : Json([v.Item1, .. v.Item2])))];

    [Fact]
    public async Task Every_first_byte_has_its_value()
    {
        using var folder = new ScratchFolder();
        var file = new List<byte>();
        var expected = new List<string>();
        foreach ((byte[] value, string? json) in Values.Where(v => v.Json is not null))
        {
            // The kinds of keys and forms of maps change along, so that no shape is learned for all.
            byte[] map = (expected.Count % 4) switch { 0 => [0x81, 0xA1], 1 => [0xDE, 0, 1, 0xD9, 1], 2 => [0xDF, 0, 0, 0, 1, 0xDA, 0, 1], _ => [0x81, 0xDB, 0, 0, 0, 1] };
            file.AddRange([.. map, (byte)'v', .. value]);
            expected.Add($"{{\"v\":{json}}}");
        }

        File.WriteAllBytes(folder["in.msgpack"], [.. file]);
        RunReport report = await Run(folder);
        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.Equal(255, report.Ledger.Out);
        Assert.Equal(expected, folder.Read("out.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Every value cut off behind any of its bytes, and the byte that begins none: one dead event, and the records before it stay.</summary>
    [Fact]
    public async Task A_value_that_is_cut_off_ends_its_file_alone()
    {
        using var folder = new ScratchFolder();
        int files = 0;
        byte[] sound = [0x81, 0xA1, (byte)'v', 1];
        foreach ((byte[] value, string? json) in Values)
        {
            foreach (int length in new[] { 1, value.Length / 2, value.Length - 1 }.Where(length => length > 0 && (length < value.Length || json is null)).Distinct())
            {
                File.WriteAllBytes(folder[$"in{files++:D3}.msgpack"], [.. sound, 0x81, 0xA1, (byte)'v', .. value[..length]]);
            }
        }

        RunReport report = await Run(folder);
        Assert.Equal(ExitCode.Done, report.ExitCode);
        Assert.True(files > 150);
        Assert.Equal((files, files, 0), (report.Ledger.Out, report.Ledger.Dead, report.Ledger.Imbalance));
        Assert.Equal(files, report.DeadByReason["bad_msgpack"]);
    }

    private static Task<RunReport> Run(ScratchFolder folder) => PipelineTester.Run(folder, """
        stream_settings:
          stream_input: "file:{DIR}/in*.msgpack"
          stream_output: {main: "file:{DIR}/out.ndjson", dead: "file:{DIR}/dead.ndjson"}
          output_format: json
          schema: {v: text}
        """);

    /// <summary>What follows a first byte.</summary>
    private static byte[]? Behind(byte head) => head switch
    {
        <= 0x7F or >= 0xE0 or 0xC0 or 0xC2 or 0xC3 => [],
        <= 0x8F => [.. Enumerable.Range(0, head & 15).SelectMany(i => (byte[])[0xA1, (byte)('a' + i), (byte)i])],
        <= 0x9F => [.. Enumerable.Range(0, head & 15).Select(i => (byte)i)],
        <= 0xBF => [.. Enumerable.Range(0, head & 31).Select(i => (byte)('a' + (i % 26)))],
        0xC1 => null,
        0xC4 => [3, .. "bin"u8],
        0xC5 => [0, 3, .. "bin"u8],
        0xC6 => [0, 0, 0, 3, .. "bin"u8],
        0xC7 => [12, 0xFF, 0, 0, 0, 0, .. Long(-62135596800)], // the first second of the year 1
        0xC8 => [0, 2, 7, 1, 2],
        0xC9 => [0, 0, 0, 2, 0x80, 1, 2],
        0xCA => [0x40, 0x49, 0x0F, 0xDB],
        0xCB => [0x40, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x2D, 0x18],
        0xCC or 0xD0 => [0xFE],
        0xCD or 0xD1 => [0xFE, 1],
        0xCE or 0xD2 => [0xFE, 1, 2, 3],
        0xCF or 0xD3 => [0xFE, 1, 2, 3, 4, 5, 6, 7],
        0xD4 => [5, 1],
        0xD5 => [5, 1, 2],
        0xD6 => [0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        0xD7 => [0xFF, .. Long((500_000_000L << 34) | 1_767_225_600)],
        0xD8 => [5, .. new byte[16]],
        0xD9 => [3, .. "str"u8],
        0xDA => [0, 3, .. "str"u8],
        0xDB => [0, 0, 0, 3, .. "str"u8],
        0xDC => [0, 2, 1, 2],
        0xDD => [0, 0, 0, 2, 1, 2],
        0xDE => [0, 1, 0xA1, (byte)'k', 1],
        0xDF => [0, 0, 0, 1, 0xA1, (byte)'k', 1],
    };

    private static byte[] Long(long value)
    {
        byte[] bytes = BitConverter.GetBytes(value);
        Array.Reverse(bytes);
        return bytes;
    }

    /// <summary>The package's own JSON, where the engine's is the same; what is decided otherwise (numbers' forms, extensions, bin) is written here.</summary>
    private static string Json(byte[] value) => value[0] switch
    {
        0xC0 => "null",
        0xC4 or 0xC5 or 0xC6 => "\"bin\"",
        0xC7 => "\"0001-01-01T00:00:00.000Z\"",
        0xC8 => Quoted("{\"type\":7,\"data\":\"AQI=\"}"),
        0xC9 => Quoted("{\"type\":-128,\"data\":\"AQI=\"}"),
        0xCA => "\"3.1415927410125732\"",
        0xCB => "\"3.141592653589793\"",
        0xD4 => Quoted("{\"type\":5,\"data\":\"AQ==\"}"),
        0xD5 => Quoted("{\"type\":5,\"data\":\"AQI=\"}"),
        0xD6 => "\"2106-02-07T06:28:15.000Z\"",
        0xD7 => "\"2026-01-01T00:00:00.500Z\"",
        0xD8 => Quoted("{\"type\":5,\"data\":\"AAAAAAAAAAAAAAAAAAAAAA==\"}"),
        _ => MessagePackSerializer.ConvertToJson(value) is var json && json.StartsWith('"') ? JsonOracle.Quote(JsonDocument.Parse(json).RootElement.GetString()!) : Quoted(json),
    };

    private static string Quoted(string json) => JsonOracle.Quote(json);
}
