using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary><c>delivery: exactly_once</c> on the real broker: what comes out is seen once, with the positions of what it came from, and what asks for too much is refused.</summary>
public sealed class ExactlyOnceTests(Broker broker)
{
    [Fact]
    public async Task Rows_and_dead_letters_come_out_once_over_several_runs()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("eos", partitions: 3);
        string output = await broker.CreateTopicAsync("eos-out", partitions: 2);
        string dead = await broker.CreateTopicAsync("eos-dead");
        string settings = $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output: {main: "kafka://{{broker.Bootstrap}}/{{output}}", dead: "kafka://{{broker.Bootstrap}}/{{dead}}"}
              schema: {id: int64}
              delivery: exactly_once
              commit_interval: 20ms
            performance_tuning: {threads: 2, cpu_affinity: none, payload_size: 4KiB, ring_size: 2}
            """;
        for (int run = 0; run < 3; run++)
        {
            await broker.ProduceAsync(input, Enumerable.Range(run * 2000, 2000).Select(i => Text(i % 100 == 0 ? $"{{\"id\":bad{i}}}" : $"{{\"id\":{i}}}")));
            Outcome outcome = Run(settings);
            Assert.True(outcome.Code == 0, outcome.Error);
            Assert.Equal(Enumerable.Range(0, (run + 1) * 2000).Where(i => i % 100 != 0), broker.ReadAll(output).Select(r => Id(r.Message.Value)).Order());
            Assert.Equal((run + 1) * 20, broker.ReadAll(dead).Count);
        }

        Outcome again = Run(settings);
        Assert.True(again.Code == 0, again.Error);
        Assert.Equal(3 * 1980, broker.ReadAll(output).Count);
    }

    /// <summary>A record that is skipped is done with: its offset is committed, with rows or without any, and it is counted as dead once. The last ones of each partition are such.</summary>
    [Theory]
    [InlineData("", "error_handling: {on_error: skip}", "")]
    [InlineData(", on_error: skip", "", "dead")]
    [InlineData("", "", "")]
    [InlineData("", "error_handling: {on_error: fail}", "skip: ")]
    public async Task What_is_skipped_is_committed_and_does_not_come_again(string ofInput, string ofErrors, string more)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("skipped", partitions: 2);
        string output = await broker.CreateTopicAsync("skipped-out", partitions: 2);
        string dead = await broker.CreateTopicAsync("skipped-dead");
        bool isOfModule = more == "skip: ";
        // Of the last 40 none has a row: they overflow in the module, or are no JSON.
        string bad = isOfModule ? "{\"id\":9223372036854775807}" : "{\"id\":bad}";
        await broker.ProduceAsync(input, Enumerable.Range(0, 400).Select(i => Text(i % 10 == 3 || i >= 360 ? bad : $"{{\"id\":{i}}}")));
        string settings = $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end{{ofInput}}}
              stream_output: {main: "kafka://{{broker.Bootstrap}}/{{output}}"{{(more == "dead" ? $", dead: \"kafka://{broker.Bootstrap}/{dead}\"" : "")}}}
              schema: {id: int64}
              delivery: exactly_once
              commit_interval: 20ms
            modules: [{module_name: next, module_class: map, set: {id: "id + 1"}{{(isOfModule ? ", on_error: skip" : "")}}}]
            {{ofErrors}}
            performance_tuning: {threads: 2, cpu_affinity: none, payload_size: 4KiB}
            """;
        using var scratch = new Scratch();
        string file = scratch.Write("pipeline.yaml", settings.Replace("}}", "} }", StringComparison.Ordinal));
        for (int run = 0; run < 2; run++)
        {
            Outcome outcome = Command.Run(scratch.Folder, "run", file, "--report", "report.json");
            Assert.True(outcome.Code == 0, outcome.Error);
            JsonElement ledger = JsonDocument.Parse(scratch.Read("report.json")).RootElement.GetProperty("ledger");
            Assert.Equal(run == 0 ? (400, 324, 76) : (0, 0, 0), (ledger.GetProperty("in").GetInt32(), ledger.GetProperty("out").GetInt32(), ledger.GetProperty("dead").GetInt32()));
            Assert.Equal(Enumerable.Range(0, 360).Where(i => i % 10 != 3).Select(i => i + 1), broker.ReadAll(output).Select(r => Id(r.Message.Value)).Order());
            Assert.Empty(broker.ReadAll(dead));
        }
    }

    /// <summary>Where nothing but such records comes, the group goes on all the same.</summary>
    [Fact]
    public async Task Positions_move_over_records_that_leave_nothing()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("only-bad");
        string output = await broker.CreateTopicAsync("only-bad-out");
        await using var live = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}} }
              stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
              schema: {id: int64}
              delivery: exactly_once
              commit_interval: 20ms
            error_handling: {on_error: skip}
            performance_tuning: {threads: 1, cpu_affinity: none}
            """).Start();
        await broker.ProduceAsync(input, Enumerable.Range(0, 50).Select(_ => Text("no JSON")));
        using IConsumer<byte[]?, byte[]?> asker = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "g-" + input });
        while (asker.Committed([new TopicPartition(input, 0)], TimeSpan.FromSeconds(20))[0].Offset.Value < 50)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.False(live.Run.IsCompleted);
        }

        Assert.Equal(50, (await live.StopAsync()).Ledger.Dead);
    }

    [Theory]
    [InlineData("kafka://{0}/a", "file:out.csv", "", "output 'main' is no topic")]
    [InlineData("file:in.csv", "kafka://{0}/a", "", "is from topics to topics")]
    [InlineData("kafka://{0}/a", "kafka://elsewhere:9092/b", "", "a transaction is of one cluster")]
    [InlineData("kafka://{0}/a", "kafka://{0}/b", "  commit_interval: 4s", "three times 'commit_interval' (4000 ms) must be less than the transactions' time-out, 'transaction.timeout.ms' in the options of 'main' (10000 ms)")]
    public void What_cannot_be_in_one_transaction_is_refused_before_anything_is_opened(string input, string output, string more, string expected)
    {
        Outcome run = Run($$"""
            stream_settings:
              stream_input: {uri: "{{input.Replace("{0}", broker.Bootstrap, StringComparison.Ordinal)}}"}
              stream_output: "{{output.Replace("{0}", broker.Bootstrap, StringComparison.Ordinal)}}"
              schema: {id: int64}
              delivery: exactly_once
            {{more}}
            """);
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private static int Id(byte[]? value) => int.Parse(Encoding.UTF8.GetString(value!)["{\"id\":".Length..^1], CultureInfo.InvariantCulture);

    private static Outcome Run(string settings)
    {
        using var scratch = new Scratch();
        return Command.Run(scratch.Folder, "run", scratch.Write("pipeline.yaml", settings));
    }

    private static Message<byte[]?, byte[]?> Text(string value) => new() { Value = Encoding.UTF8.GetBytes(value) };
}
