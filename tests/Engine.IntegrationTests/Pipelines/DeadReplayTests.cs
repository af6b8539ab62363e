using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary><c>datastream dead replay</c>: each letter once, and the original place stays known.</summary>
public sealed class DeadReplayTests(Broker broker)
{
    [Fact]
    public async Task Letters_go_through_the_mended_pipeline_once()
    {
        string input = await broker.CreateTopicAsync("replayed");
        string output = await broker.CreateTopicAsync("replayed-out");
        string dead = await broker.CreateTopicAsync("replayed-dead");
        await broker.ProduceAsync(input, new[] { "{\"id\":1}", "{\"id\":\"2\"}", "{\"id\":", "{\"id\":4}" }.Select((value, i) => new Message<byte[]?, byte[]?>
        {
            Key = Encoding.UTF8.GetBytes($"k{i}"),
            Value = Encoding.UTF8.GetBytes(value),
            Headers = [new Header("trace", [(byte)i])],
            Timestamp = new Timestamp(1_700_000_000_000 + i, TimestampType.CreateTime),
        }));
        using var scratch = new Scratch();
        scratch.Write("pipeline.yaml", $$$"""
            stream_settings:
              stream_input: {uri: "kafka://{{{broker.Bootstrap}}}/{{{input}}}", group: "g-{{{input}}}", until: end}
              stream_output: {main: "kafka://{{{broker.Bootstrap}}}/{{{output}}}", dead: "kafka://{{{broker.Bootstrap}}}/{{{dead}}}"}
              input_format: {type: json, coerce: false}
              output_format: json
              schema: {id: int64}
            performance_tuning: {threads: 1, cpu_affinity: none}
            """);
        Assert.Equal(0, Done(scratch, "run", "pipeline.yaml").Code);
        Assert.Equal(["{\"id\":1}", "{\"id\":4}"], Values(output));
        var letters = broker.ReadAll(dead);
        Assert.Equal(["{\"id\":\"2\"}", "{\"id\":"], Values(dead));
        Assert.Equal(["k1", "k2"], letters.Select(l => Encoding.UTF8.GetString(l.Message.Key!)));
        Assert.Equal(["bad_type", "bad_json"], letters.Select(l => Header(l, "ds.reason")));
        Assert.Equal(["1", "2"], letters.Select(l => Header(l, "ds.offset")));
        Assert.All(letters, l => Assert.Equal(input, Header(l, "ds.topic")));
        Assert.Equal(1_700_000_000_001, letters[0].Message.Timestamp.UnixTimestampMs);

        string[] replay = ["dead", "replay", "--from", $"kafka://{broker.Bootstrap}/{dead}", "pipeline.yaml", "--set", "stream_settings.input_format.coerce=true"];
        Done(scratch, replay);
        Assert.Equal(["{\"id\":1}", "{\"id\":4}", "{\"id\":2}"], Values(output));

        // The one that died again is behind the first two, with its first place and its own headers.
        letters = broker.ReadAll(dead);
        Assert.Equal(3, letters.Count);
        Assert.Equal((input, "2", "0", "bad_json"), (Header(letters[2], "ds.topic"), Header(letters[2], "ds.offset"), Header(letters[2], "ds.partition"), Header(letters[2], "ds.reason")));
        Assert.Equal([2], letters[2].Message.Headers.GetLastBytes("trace"));
        Assert.Single(letters[2].Message.Headers, h => h.Key == "ds.topic");

        // What was replayed is not replayed again; what died since is.
        Done(scratch, replay);
        Assert.Equal(3, Values(output).Length);
        Assert.Equal(4, broker.ReadAll(dead).Count);
    }

    private static Outcome Done(Scratch scratch, params string[] arguments)
    {
        Outcome outcome = Command.Run(scratch.Folder, [.. arguments, "--no-progress"]);
        // 65: a bounded input of which everything is dead.
        Assert.True(outcome.Code is 0 or 65, outcome.Error);
        return outcome;
    }

    private string[] Values(string topic) => [.. broker.ReadAll(topic).Select(r => Encoding.UTF8.GetString(r.Message.Value!))];

    private static string Header(ConsumeResult<byte[]?, byte[]?> letter, string name) => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes(name));
}
