using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Runtime;
using DataStream.Tests.Docs;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Formats.Binary;

/// <summary>Records of a fixed layout, through whole pipelines.</summary>
public sealed class BinaryTests
{
    private const string Layout =
        """
        {type: binary, record_size: 64, fields: {i1: {offset: 0, type: int8}, u1: {offset: 1, type: uint8}, i2: {offset: 2, type: int16}, u2: {offset: 4, type: uint16}, ok: {offset: 6, type: bool}, i4: {offset: 8, type: int32}, u4: {offset: 12, type: uint32}, i8: {offset: 16, type: int64}, u8: {offset: 24, type: uint64}, f4: {offset: 32, type: float32}, f8: {offset: 40, type: float64}, name: {offset: 48, type: text(10)}}}
        """;

    [Fact]
    public async Task Without_a_schema_every_field_of_the_layout_is_a_column()
    {
        byte[] high = Record(sbyte.MaxValue, byte.MaxValue, short.MaxValue, ushort.MaxValue, 1, int.MaxValue, uint.MaxValue, long.MaxValue, long.MaxValue, 1.5f, 1e300, "0123456789"u8);
        byte[] low = Record(sbyte.MinValue, 0, short.MinValue, 0, 0, int.MinValue, 0, long.MinValue, 0, float.NaN, double.PositiveInfinity, "ab\0cd"u8);
        Assert.Equal(
            """{"i1":127,"u1":255,"i2":32767,"u2":65535,"ok":true,"i4":2147483647,"u4":4294967295,"i8":9223372036854775807,"u8":9223372036854775807,"f4":1.5,"f8":1e+300,"name":"0123456789"}|{"i1":-128,"u1":0,"i2":-32768,"u2":0,"ok":false,"i4":-2147483648,"u4":0,"i8":-9223372036854775808,"u8":0,"f4":null,"f8":null,"name":"ab"}""",
            await Run("", [.. high, .. low]));
    }

    [Theory]
    [InlineData("{a: {type: int64, source: u8}}", "†out_of_range a")]
    [InlineData("{a: {type: float64, source: u8}}", "{\"a\":18446744073709552000}")]
    [InlineData("{a: {type: float64, source: i4}}", "{\"a\":-5}")]
    [InlineData("{a: {type: decimal(2), source: i4}}", "{\"a\":-5.00}")]
    [InlineData("{a: {type: decimal(2), source: f4}}", "{\"a\":0.25}")]
    [InlineData("{a: {type: decimal(1), source: f4}}", "†out_of_range a")]
    [InlineData("{a: {type: decimal(1), source: f8}}", "{\"a\":null}")]
    [InlineData("{a: {type: bool, source: ok}}", "†bad_bool a")]
    [InlineData("{a: {type: timestamp, source: u4}}", "{\"a\":\"2026-01-01T00:00:00.000Z\"}")]
    [InlineData("{a: {type: timestamp, source: i8}}", "{\"a\":\"2026-01-01T00:00:00.123456Z\"}")]
    [InlineData("{a: {type: timestamp, source: name}}", "{\"a\":\"2026-01-01T00:00:00.000Z\"}")]
    [InlineData("{a: {type: timestamp, source: u8}}", "{\"a\":\"2554-07-21T23:34:33.709551Z\"}")]
    [InlineData("{a: {type: float64, source: f8, nullable: false}}", "†null_field a")]
    [InlineData("{i1: int64, ok: bool, u8: int64}", "†bad_bool ok")]
    public async Task A_schema_chooses_and_converts(string schema, string expected)
    {
        byte[] record = Record(1, 0, 0, 0, 2, -5, 1_767_225_600, 1_767_225_600_123_456, -1, 0.25f, double.NaN, "2026-01-01"u8);
        Assert.Equal(expected, await Run($"schema: {schema}", record));
    }

    [Fact]
    public async Task Records_do_not_depend_on_reads_payloads_and_lanes_and_the_last_one_may_be_too_short()
    {
        byte[] file = [.. Enumerable.Range(0, 3000).SelectMany(i => Record((sbyte)i, (byte)i, 0, 0, (byte)(i % 50 == 0 ? 2 : 1), i, 0, 0, 0, 0, 0, "\n\n"u8)), 1, 2, 3];
        string whole = await Run("schema: {i4: int64, ok: bool}", file);
        Assert.EndsWith("†no_match ", whole, StringComparison.Ordinal);
        Assert.Equal(2940, whole.Split('†')[0].Split('|').Length);
        Assert.Equal(whole, await Run("schema: {i4: int64, ok: bool}", file, ("performance_tuning.payload_size", "4KiB"), ("performance_tuning.max_record_size", "64B"), ("performance_tuning.threads", "3"), ("performance_tuning.partition_size", "64")));
        string tooLong = await Run("schema: {i4: int64}", file[..128], ("performance_tuning.max_record_size", "63B"));
        Assert.Equal("†record_too_long †record_too_long ", tooLong);
    }

    [Fact]
    public async Task A_letter_has_the_record_s_offset_and_no_line()
    {
        byte[] file = [.. Enumerable.Range(0, 200).SelectMany(i => Record(0, 0, 0, 0, (byte)(i == 150 ? 2 : 1), 0, 0, 0, 0, 0, 0, "\n\n\n"u8))];
        using var folder = new ScratchFolder();
        await Write(folder, "schema: {ok: bool}", file);
        Assert.Contains("\"line\":null,\"offset\":9600,\"field\":\"ok\",\"expected\":\"bool\"", folder.Read("dead.ndjson"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("input_format: binary", "needs 'fields'")]
    [InlineData("input_format: {type: binary, fields: {}}", "at least one field")]
    [InlineData("input_format: {type: binary, fields: {a: uint32}}", "is a map with 'offset' and 'type'")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: 0}}}", "needs 'type'")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: 0, type: uint24}}}", "not 'uint24'")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: 0, type: text(0)}}}", "unknown_type")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: -1, type: int8}}}", "from 0 to")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: 16777215, type: int16}}}", "longest record")]
    [InlineData("input_format: {type: binary, record_size: 3, fields: {a: {offset: 0, type: int32}}}", "its last field ends at 4")]
    [InlineData("input_format: {type: binary, record: 3, fields: {a: {offset: 0, type: int32}}}", "unknown_key")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: 0, type: int32}}}|schema: {b: int64}", "has no field 'b'")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: 0, type: float32}}}|schema: {a: int64}", "cannot be read from float32")]
    [InlineData("input_format: {type: binary, fields: {a: {offset: 0, type: float32}}}|schema: {a: {type: float64, path: a.b}}", "'path'")]
    public void A_mistake_is_told(string settings, string expected)
    {
        Assert.Contains(expected, Decision.Check(settings), StringComparison.Ordinal);
    }

    private static byte[] Record(sbyte i1, byte u1, short i2, ushort u2, byte ok, int i4, uint u4, long i8, long u8, float f4, double f8, ReadOnlySpan<byte> name)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(i1);
        writer.Write(u1);
        writer.Write(i2);
        writer.Write(u2);
        writer.Write((short)ok);
        writer.Write(i4);
        writer.Write(u4);
        writer.Write(i8);
        writer.Write(u8);
        writer.Write(f4);
        writer.Write(-1);
        writer.Write(f8);
        writer.Write(name);
        writer.Write(new byte[64 - (int)stream.Length]);
        return stream.ToArray();
    }

    private static async Task<string> Run(string settings, byte[] input, params (string Key, string Value)[] overlays)
    {
        using var folder = new ScratchFolder();
        RunReport report = await Write(folder, settings, input, overlays);
        string dead = string.Concat(folder.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line))
            .Select(d => $"†{d.RootElement.GetProperty("reason")} {d.RootElement.GetProperty("field")}"));
        Assert.True(report.ExitCode is 0 or 65, report.Message);
        return folder.Read("out.ndjson").TrimEnd('\n').Replace('\n', '|') + dead;
    }

    private static Task<RunReport> Write(ScratchFolder folder, string settings, byte[] input, params (string Key, string Value)[] overlays)
    {
        File.WriteAllBytes(folder["in.bin"], input);
        return PipelineTester.Run(folder, $"stream_settings:\n  stream_input: \"file:{{DIR}}/in.bin\"\n  stream_output: {{main: \"file:{{DIR}}/out.ndjson\", dead: \"file:{{DIR}}/dead.ndjson\"}}\n  input_format: {Layout}\n  {settings}\n", overlays);
    }
}
