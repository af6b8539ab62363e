using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests;

/// <summary>The command with topics as input and output, judged by independent readers.</summary>
public sealed class KafkaPipelineTests(Broker broker)
{
    [Fact]
    public async Task Rows_come_out_with_keys_and_times_and_what_is_broken_as_it_was()
    {
        string input = await broker.CreateTopicAsync("orders", partitions: 3);
        string output = await broker.CreateTopicAsync("out", partitions: 2);
        string dead = await broker.CreateTopicAsync("dead");
        await broker.ProduceAsync(input,
            At(3, Text("k1", """{"device":"a","value":2,"at":"2026-01-01T00:00:00Z"}""", ("trace", "abc"))),
            Text("k2", """{"device":"b","value":0.5}"""),
            Text("k3", "{\"device\":\"c\",\n\"value\":bad}", ("x", "1"), ("ds.reason", "an older death")),
            At(4, Text(null, "{\"device\":\n\"d\",\"value\":7}")),
            new Message<byte[]?, byte[]?> { Key = [1], Value = null });
        Outcome run = Run($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output:
                main: {uri: "kafka://{{broker.Bootstrap}}/{{output}}", key: device, timestamp: at}
                dead: kafka://{{broker.Bootstrap}}/{{dead}}
              schema: {device: text, value: float64, at: timestamp}
            modules:
              - {module_name: keep, module_class: filter, where: "value > 1"}
              - {module_name: k, module_class: map, set: {k: _key, h: _headers.trace, t: _topic, s: _timestamp} }
            """);
        Assert.True(run.Code == 0, run.Error);
        var rows = broker.ReadAll(output).OrderBy(r => Of(r.Message.Key)).ToList();
        Assert.Equal(["a", "d"], rows.Select(r => Of(r.Message.Key)));
        Assert.Equal($$"""{"device":"a","value":2,"at":"2026-01-01T00:00:00.000Z","k":"k1","h":"abc","t":"{{input}}","s":"2026-02-03T00:00:00.000Z" }""".Replace(" }", "}", StringComparison.Ordinal), Of(rows[0].Message.Value));
        Assert.Equal(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), rows[0].Message.Timestamp.UtcDateTime);
        Assert.Equal($$"""{"device":"d","value":7,"at":null,"k":null,"h":null,"t":"{{input}}","s":"2026-02-04T00:00:00.000Z" }""".Replace(" }", "}", StringComparison.Ordinal), Of(rows[1].Message.Value));
        var letter = Assert.Single(broker.ReadAll(dead)).Message;
        Assert.Equal("{\"device\":\"c\",\n\"value\":bad}", Of(letter.Value));
        Assert.Equal("k3", Of(letter.Key));
        Assert.Equal("x=1,ds.reason=bad_json,ds.stage=decode,ds.topic=" + input, string.Join(',', letter.Headers.Take(4).Select(h => $"{h.Key}={Of(h.GetValueBytes())}")));
        Assert.Equal(["ds.partition", "ds.offset"], letter.Headers.Skip(4).Select(h => h.Key));
        Assert.Equal("0", Of(letter.Headers.GetLastBytes("ds.offset")));
    }

    [Fact]
    public async Task Dead_letters_in_a_file_tell_the_message()
    {
        string input = await broker.CreateTopicAsync("bad");
        await broker.ProduceAsync(input, Text("ok", """{"v":1}"""));
        await broker.ProduceAsync(input, Text("key", """{"v":"x"}"""));
        using var scratch = new Scratch();
        Outcome run = Run(scratch, $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output: {main: "file:out.csv", dead: "file:dead.ndjson"}
              schema: {v: int64}
            """);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal("v\n1\n", File.ReadAllText(scratch.PathOf("out.csv")));
        Assert.Equal($$"""{"reason":"bad_type","stage":"decode","topic":"{{input}}","partition":0,"key":"key","offset":1,"field":"v","expected":"int64","raw":"{\"v\":\"x\"}"}""" + "\n",
            File.ReadAllText(scratch.PathOf("dead.ndjson")));
    }

    [Theory]
    [InlineData("csv", "1,a\n2,b|3,\"x\ny\"|4,\"open|5,e", "1 a,2 b,3 x\ny,5 e")]
    [InlineData("{type: text, pattern: '{id:int64} {name}'}", "1 a\n2 b|3 c", "1 a,2 b,3 c")]
    public async Task A_message_has_one_row_or_several_and_none_takes_the_next_ones(string format, string messages, string rows)
    {
        string input = await broker.CreateTopicAsync("format");
        foreach (string message in messages.Split('|'))
        {
            await broker.ProduceAsync(input, Text(null, message));
        }

        string output = await broker.CreateTopicAsync("rows");
        Outcome run = Run($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output: {uri: "kafka://{{broker.Bootstrap}}/{{output}}", key: name}
              input_format: {{format}}
              schema: {id: int64, name: text}
            """);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(rows, string.Join(',', broker.ReadAll(output).Select(r => $"{Of(r.Message.Value)![6..7]} {Of(r.Message.Key)}")));
    }

    [Fact]
    public async Task What_was_acknowledged_is_not_read_again_and_lanes_keep_the_order_of_a_partition()
    {
        string input = await broker.CreateTopicAsync("many", partitions: 5);
        await broker.ProduceAsync(input, Enumerable.Range(0, 3000).Select(i => Text($"k{i % 17}", $"{{\"id\":{i}}}")));
        string output = await broker.CreateTopicAsync("many-out", partitions: 3);
        string settings = $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output: kafka://{{broker.Bootstrap}}/{{output}}
              schema: {id: int64}
            performance_tuning: {threads: 3, cpu_affinity: none, payload_size: 4KiB, ring_size: 2}
            """;
        Outcome run = Run(settings);
        Assert.True(run.Code == 0, run.Error);
        var rows = broker.ReadAll(output);
        Assert.Equal(Enumerable.Range(0, 3000), rows.Select(Id).Order());
        foreach (IGrouping<string?, int> key in rows.GroupBy(r => Of(r.Message.Key), Id))
        {
            Assert.Equal(key.Order(), key); // without 'key' a row has its message's, and so the messages of one stay in one partition
        }

        run = Run(settings);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(3000, broker.ReadAll(output).Count);
        await broker.ProduceAsync(input, Text("k", """{"id":3000}"""));
        run = Run(settings);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(3001, broker.ReadAll(output).Count);
    }

    /// <summary>The first partition runs hours ahead of the second: were the watermark theirs together, all of the second were late.</summary>
    [Theory]
    [InlineData("_key", "")]
    [InlineData("device", ", partitioned_by: message_key")]
    public async Task Windows_and_lateness_are_each_partitions_own(string key, string partitionedBy)
    {
        string input = await broker.CreateTopicAsync("windows", partitions: 2);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 0 }))
        {
            for (int i = 0; i < 400; i++)
            {
                int partition = i % 2;
                long second = (partition == 0 ? 7200 : 0) + (i / 4);
                await producer.ProduceAsync(new TopicPartition(input, partition),
                    Text($"k{partition}{i % 4}", $"{{\"device\":\"k{partition}{i % 4}\",\"at\":{second},\"v\":1}}"), TestContext.Current.CancellationToken);
            }
        }

        using var scratch = new Scratch();
        string report = scratch.PathOf("report.json");
        Outcome run = Command.Run(scratch.Folder, "run", scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end{{partitionedBy}} }
              stream_output: file:out.csv
              schema: {device: text, at: timestamp, v: int64}
              event_time: {field: at}
            modules:
              - {module_name: w, module_class: window, tumbling: 10s, key: [{{key}}], aggregates: {n: sum(v)} }
            performance_tuning: {threads: 2, cpu_affinity: none, allocations: fail}
            """), "--report", report);
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("\"in\":400,\"out\":0,\"aggregated\":400", string.Concat(File.ReadAllText(report).Where(c => !char.IsWhiteSpace(c))), StringComparison.Ordinal);
        string[] rows = [.. File.ReadAllLines(scratch.PathOf("out.csv")).Skip(1)];
        Assert.Equal(40, rows.Length);
        Assert.All(rows, row => Assert.EndsWith(",10", row, StringComparison.Ordinal));
    }

    /// <summary>Windows are open when the first run is asked to end: the second one reads their events again, and no others.</summary>
    [Fact]
    public async Task Open_windows_are_whole_after_a_restart_and_closed_ones_do_not_come_again()
    {
        string input = await broker.CreateTopicAsync("restart", partitions: 2);
        string output = await broker.CreateTopicAsync("restart-out");
        string Settings(string until) => $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}{{until}} }
              stream_output: kafka://{{broker.Bootstrap}}/{{output}}
              output_format: csv
              schema: {at: timestamp, v: int64}
              event_time: {field: at}
            modules:
              - {module_name: w, module_class: window, tumbling: 10s, key: [_key], aggregates: {n: sum(v)} }
            performance_tuning: {threads: 2, cpu_affinity: none}
            """;
        await ProduceSeconds(input, 0, 95);
        using var scratch = new Scratch();
        using (Command first = Command.Start(scratch.Folder, "run", scratch.Write("first.yaml", Settings(""))))
        {
            using IConsumer<byte[]?, byte[]?> reader = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "r-" + output, AutoOffsetReset = AutoOffsetReset.Earliest });
            reader.Subscribe(output);
            for (int rows = 0; rows < 18; rows++)
            {
                reader.Consume(TestContext.Current.CancellationToken);
            }

            System.Diagnostics.Process.Start("kill", ["-TERM", first.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();
            Outcome ended = first.End();
            Assert.True(ended.Code == 0, ended.Error);
        }

        await ProduceSeconds(input, 95, 100);
        Outcome second = Run(scratch, Settings(", until: end"));
        Assert.True(second.Code == 0, second.Error);
        List<string?> all = [.. broker.ReadAll(output).Select(r => Of(r.Message.Value))];
        Assert.Equal(20, all.Count);
        Assert.Equal(20, all.Distinct().Count());
        Assert.All(all, row => Assert.EndsWith(",10", row, StringComparison.Ordinal));
        second = Run(scratch, Settings(", until: end"));
        Assert.True(second.Code == 0, second.Error);
        Assert.Equal(20, broker.ReadAll(output).Count);
    }

    /// <summary>More results than a first batch has, keyed, from lanes that are warm: the memory of all is there before.</summary>
    [Fact]
    public async Task Windows_of_many_keys_leave_for_a_topic_without_an_allocation_on_lanes()
    {
        const int Keys = 500;
        string input = await broker.CreateTopicAsync("warm");
        string output = await broker.CreateTopicAsync("warm-out");
        await broker.ProduceAsync(input, Enumerable.Range(0, 40 * Keys).Select(i => Text($"k{i % Keys}", $"{{\"at\":{i / Keys},\"key\":\"k{(i % Keys) % (1 + (i / Keys / 10 * 150))}\",\"v\":1}}")));
        Outcome run = Run($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end, partitioned_by: message_key}
              stream_output: {uri: "kafka://{{broker.Bootstrap}}/{{output}}", key: key}
              schema: {at: timestamp, key: text, v: int64}
              event_time: {field: at}
            modules:
              - {module_name: w, module_class: window, tumbling: 10s, key: [key], aggregates: {n: sum(v)} }
            performance_tuning: {threads: 1, cpu_affinity: none, allocations: fail, payload_size: 4KiB}
            """);
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(1 + 151 + 301 + 451, broker.ReadAll(output).Count);
    }

    private async Task ProduceSeconds(string topic, int from, int to)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 0 });
        for (int second = from; second < to; second++)
        {
            for (int partition = 0; partition < 2; partition++)
            {
                await producer.ProduceAsync(new TopicPartition(topic, partition), Text($"k{partition}", $"{{\"at\":{second},\"v\":1}}"), TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task One_state_for_all_rows_is_refused_over_several_partitions()
    {
        string input = await broker.CreateTopicAsync("several", partitions: 2);
        Outcome run = Run($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output: discard
              schema: {v: int64}
            modules:
              - {module_name: all, module_class: window, global: true, aggregates: {n: count()} }
            """);
        Assert.Equal(2, run.Code);
        Assert.Contains("'all' keeps one state for all rows", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_that_is_not_there_ends_the_run_by_name()
    {
        broker.NeedsReal("topics that are not there: it makes them");
        Outcome run = Run($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/nowhere", group: g}
              stream_output: discard
              schema: {id: int64}
            error_handling: {retry: {max_attempts: 2, backoff: 10ms} }
            """);
        Assert.Equal(75, run.Code);
        Assert.Contains("topic 'nowhere': cannot read as User:ANONYMOUS", run.Error, StringComparison.Ordinal);
    }

    private static int Id(ConsumeResult<byte[]?, byte[]?> row) => int.Parse(Of(row.Message.Value)!["{\"id\":".Length..^1], CultureInfo.InvariantCulture);

    private static Outcome Run(string settings)
    {
        using var scratch = new Scratch();
        return Run(scratch, settings);
    }

    private static Outcome Run(Scratch scratch, string settings) => Command.Run(scratch.Folder, "run", scratch.Write("pipeline.yaml", settings));

    private static string? Of(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);

    private static Message<byte[]?, byte[]?> At(int day, Message<byte[]?, byte[]?> message)
    {
        message.Timestamp = new Timestamp(new DateTime(2026, 2, day, 0, 0, 0, DateTimeKind.Utc));
        return message;
    }

    private static Message<byte[]?, byte[]?> Text(string? key, string value, params (string Name, string Value)[] headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key is null ? null : Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(value), Headers = [] };
        foreach ((string name, string text) in headers)
        {
            message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        }

        return message;
    }
}
