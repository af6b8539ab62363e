using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Host;
using DataStream.Runtime;
using DataStream.Tests.Docs;
using DataStream.Tests.Host;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Formats.MessagePack;

/// <summary>MessagePack through whole pipelines: the same bytes whatever carries them, dead letters, files that end early, and what is refused.</summary>
public sealed class MessagePackPipelineTests
{
    private const string Settings =
        """
        stream_settings:
          stream_input: "file:{DIR}/in.msgpack"
          stream_output: {main: "file:{DIR}/out.msgpack", dead: "file:{DIR}/dead.ndjson"}
          schema: {time: timestamp, device: text, value: float64, status: int64, note: {type: text, path: extra.note}}
          event_time: {field: time, max_out_of_orderness: 1s}
        """;

    [Theory]
    [InlineData("")]
    [InlineData("\nmodules: [{module_name: w, module_class: window, tumbling: 10s, key: [device], aggregates: {n: count(), mean: mean(value), last: last(note)}}]")]
    public async Task Output_does_not_depend_on_lanes_batches_and_payloads(string modules)
    {
        byte[] input = Events(4000, dirty: 0.05);
        (byte[] main, string dead) = await Run(input, modules);
        Assert.True(main.Length > 1000 && dead.Length > 1000);
        foreach ((string lanes, string batch, string payload) in (IEnumerable<(string, string, string)>)[("1", "64", "4KiB"), ("2", "2048", "4KiB"), ("3", "64", "16KiB")])
        {
            (byte[] again, string letters) = await Run(input, modules, ("performance_tuning.threads", lanes), ("performance_tuning.partition_size", batch), ("performance_tuning.payload_size", payload));
            Assert.True(main.AsSpan().SequenceEqual(again));
            Assert.Equal(dead, letters);
        }
    }

    [Fact]
    public async Task A_file_that_is_damaged_gives_what_is_before_and_one_letter_and_the_next_file_is_read()
    {
        using var folder = new ScratchFolder();
        byte[] events = Events(300, dirty: 0);
        File.WriteAllBytes(folder["a.msgpack"], [.. events, 0xC1, .. Enumerable.Repeat((byte)'x', 300_000)]);
        File.WriteAllBytes(folder["b.msgpack"], events[..^3]);
        File.WriteAllBytes(folder["c.msgpack"], events);
        string yaml = Settings.Replace("in.msgpack", "*.msgpack", StringComparison.Ordinal).Replace("out.msgpack", "out.ndjson", StringComparison.Ordinal);
        RunReport report = await PipelineTester.Run(folder, yaml, ("performance_tuning.max_record_size", "4KiB"));
        Assert.Equal(0, report.ExitCode);
        Assert.Equal(899, folder.Read("out.ndjson").Count(c => c == '\n'));
        string[] dead = folder.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, dead.Length);
        Assert.Contains($"a.msgpack\",\"line\":null,\"offset\":{events.Length},", dead[0], StringComparison.Ordinal);
        Assert.Contains("b.msgpack\",\"line\":null,", dead[1], StringComparison.Ordinal);
        Assert.All(dead, letter => Assert.StartsWith("{\"reason\":\"bad_msgpack\",\"stage\":\"decode\"", letter, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("input_format: msgpack|schema: {a: {type: text, path: \"a.[\"}}", "is no path")]
    [InlineData("input_format: msgpack|schema: {a: {type: text, null_values: [x]}}", "in MessagePack nil is null")]
    [InlineData("input_format: msgpack|schema: {a: {type: text, path: a.b, source: c}}", "one of them says where")]
    [InlineData("input_format: {type: msgpack, header: true}|schema: {a: text}", "unknown_key")]
    [InlineData("input_format: msgpack", "missing_key")]
    public void A_mistake_is_told(string settings, string expected)
    {
        string answer = Decision.Check(settings);
        Assert.Contains(expected, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("not_supported", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{uri: \"file:out.msgpack\", decimals: 2}", "unknown_key")]
    [InlineData("{uri: \"file:out.bin\", format: binary}", "'binary' is read, not written")]
    public void A_mistake_of_an_output_is_told(string output, string expected)
    {
        using var scratch = new Scratch();
        using var error = new StringWriter();
        string path = scratch.Write("config.yaml", $"stream_settings:\n  stream_input: file:in.csv\n  stream_output: {{main: {output}}}\n  schema: {{a: text}}\n");
        Assert.Equal(2, Program.Execute(["check", path], TextWriter.Null, error));
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<(byte[] Main, string Dead)> Run(byte[] input, string modules, params (string Key, string Value)[] overlays)
    {
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["in.msgpack"], input);
        RunReport report = await PipelineTester.Run(folder, Settings + modules + "\nperformance_tuning: {max_record_size: 4KiB}\n", overlays);
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        return (File.ReadAllBytes(folder["out.msgpack"]), folder.Read("dead.ndjson").Replace(folder.FullPath, "", StringComparison.Ordinal));
    }

    private static byte[] Events(int count, double dirty)
    {
        var random = new Random(11);
        DateTime time = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var bytes = new List<byte>();
        for (int i = 0; i < count; i++)
        {
            object? value = random.NextDouble() < dirty ? "dirty" : random.Next(10) == 0 ? null : random.Next(2000) / 10.0;
            object?[] extra = ["extra", new Pack.Pairs(["note", random.Next(3) == 0 ? new object?[] { i, "n\n" } : "note \n" + i])];
            bytes.AddRange(Pack.Map(["time", time.AddMilliseconds(i * 7), "device", "d" + random.Next(5), "value", value, "status", random.Next(300), .. random.Next(4) == 0 ? [] : extra]));
        }

        return [.. bytes];
    }
}
