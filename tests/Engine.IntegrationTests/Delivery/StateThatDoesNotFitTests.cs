using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>A kept state of another place begins anew; one of other settings, or a damaged one, ends the run before a message is read.</summary>
public sealed class StateThatDoesNotFitTests(Broker broker)
{
    private static readonly string[] s_first = ["{\"_key\":\"k\",\"n\":7,\"s\":21}", "{\"_key\":\"k\",\"n\":3,\"s\":24}"];

    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task A_state_of_another_offset_begins_anew(string delivery)
    {
        (Scratch scratch, string input, string output) = await RunOnceAsync(delivery);
        using (scratch)
        {
            using (IAdminClient admin = broker.Admin())
            {
                await admin.AlterConsumerGroupOffsetsAsync([new("p-" + input, [new TopicPartitionOffset(input, 0, 3)])]);
            }

            Outcome run = Command.Run(scratch.Folder, "run", scratch.Write("again.yaml", Settings(input, output, delivery, count: 7)));

            Assert.True(run.Code == 0, run.Error);
            Assert.Contains($"the state of 'w' that was kept for partition 0 of '{input}' belongs to offset 10, and the group was moved to 3: it begins anew", run.Error, StringComparison.Ordinal);
            Assert.Equal([.. s_first, "{\"_key\":\"k\",\"n\":7,\"s\":42}"], Rows(output)); // 3 to 9
        }
    }

    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task A_state_of_other_settings_ends_the_run(string delivery)
    {
        (Scratch scratch, string input, string output) = await RunOnceAsync(delivery);
        using (scratch)
        {
            Outcome run = Command.Run(scratch.Folder, "run", scratch.Write("other.yaml", Settings(input, output, delivery, count: 8)));

            Assert.True(run.Code == 74, run.Error);
            Assert.Contains($"'p-{input}-w-changelog': the state of partition 0 of '{input}' cannot go on: it is of other settings of 'w'", run.Error, StringComparison.Ordinal);
            Assert.Equal(s_first, Rows(output));
        }
    }

    /// <summary>Each of the changelog's records in turn: pages and mark.</summary>
    [Fact]
    public async Task A_damaged_state_ends_the_run()
    {
        (Scratch scratch, string input, string output) = await RunOnceAsync("at_least_once");
        using (scratch)
        {
            string changelog = $"p-{input}-w-changelog";
            string file = scratch.Write("again.yaml", Settings(input, output, "at_least_once", count: 7));
            List<Message<byte[]?, byte[]?>> kept = [.. broker.ReadAll(changelog).GroupBy(r => Convert.ToHexString(r.Message.Key!)).Select(g => g.Last().Message).Where(m => m.Value is not null)];
            Assert.NotEmpty(kept);
            foreach (Message<byte[]?, byte[]?> whole in kept)
            {
                await broker.ProduceAsync(changelog, new Message<byte[]?, byte[]?> { Key = whole.Key, Value = [.. whole.Value!.Select(b => (byte)~b)] });
                Outcome run = Command.Run(scratch.Folder, "run", file);
                Assert.True(run.Code == 74, run.Error);
                Assert.Contains($"'{changelog}': the state of partition 0 of '{input}' cannot go on", run.Error, StringComparison.Ordinal);
                await broker.ProduceAsync(changelog, new Message<byte[]?, byte[]?> { Key = whole.Key, Value = whole.Value });
            }

            Assert.Equal(s_first, Rows(output));
        }
    }

    /// <summary>Ten events, in windows of seven that closed at the end.</summary>
    private async Task<(Scratch Scratch, string Input, string Output)> RunOnceAsync(string delivery)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("fits");
        string output = await broker.CreateTopicAsync("fits-out");
        await broker.ProduceAsync(input, Enumerable.Range(0, 10).Select(i => new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = Encoding.UTF8.GetBytes($"{{\"v\":{i}}}") }));
        var scratch = new Scratch();
        Outcome run = Command.Run(scratch.Folder, "run", scratch.Write("first.yaml", Settings(input, output, delivery, count: 7)));
        Assert.True(run.Code == 0, run.Error);
        return (scratch, input, output);
    }

    private string[] Rows(string topic) => [.. broker.ReadAll(topic).Select(r => Encoding.UTF8.GetString(r.Message.Value!))];

    private string Settings(string input, string output, string delivery, int count) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: p-{{input}}, until: end}
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          output_format: json
          schema: {v: int64}
          delivery: {{delivery}}
          commit_interval: 20ms
        modules:
          - {module_name: w, module_class: window, count: {{count}}, key: [_key], aggregates: {n: count(), s: sum(v)} }
        performance_tuning: {threads: 1, cpu_affinity: none}
        """;
}
