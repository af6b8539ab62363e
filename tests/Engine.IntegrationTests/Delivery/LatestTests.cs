using System;
using System.Collections.Generic;
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

/// <summary><c>offset: latest</c>: what comes behind the first start is read, whoever has the partitions then.</summary>
public sealed class LatestTests(Broker broker)
{
    private const string Window = "- {module_name: w, module_class: window, count: 1, key: [_key], aggregates: {v: sum(v)} }";
    private const string Filter = "- {module_name: f, module_class: filter, where: v > 0}";

    [Theory]
    [InlineData("at_least_once", Filter)]
    [InlineData("exactly_once", Filter)]
    [InlineData("at_least_once", Window)]
    [InlineData("exactly_once", Window)]
    public async Task What_comes_between_two_processes_is_read_though_the_first_read_nothing(string delivery, string module)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("latest", partitions: 2);
        string output = await broker.CreateTopicAsync("latest-out");
        string group = "g-" + input;
        await ProduceAsync(input, (0, 1), (0, 2));
        await using (LivePipeline pipeline = new LivePipeline(Settings(input, output, group, delivery, module, "")).Start())
        {
            Committed(group, input, [2, 0]);
            Assert.Equal(0, (await pipeline.StopAsync()).ExitCode);
        }

        await ProduceAsync(input, (0, 3), (1, 4), (1, 5));
        using var scratch = new Scratch();
        Outcome run = Command.Run(scratch.Folder, "run", scratch.Write("next.yaml", Settings(input, output, group, delivery, module, ", until: end")));

        Assert.True(run.Code == 0, run.Error);
        Assert.Equal([3, 4, 5], broker.ReadAll(output).Select(r => JsonDocument.Parse(r.Message.Value).RootElement.GetProperty("v").GetInt32()).Order());
        Assert.DoesNotContain("begins anew", run.Error, StringComparison.Ordinal);
    }

    private string Settings(string input, string output, string group, string delivery, string module, string more) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: {{group}}, offset: latest{{more}}}
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          output_format: json
          schema: {v: int64}
          delivery: {{delivery}}
          commit_interval: 20ms
        modules:
          {{module}}
        performance_tuning: {threads: 1, cpu_affinity: none}
        """;

    private async Task ProduceAsync(string topic, params IEnumerable<(int Partition, int Value)> messages)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 0 });
        await Task.WhenAll(messages.Select(m => producer.ProduceAsync(new TopicPartition(topic, m.Partition), new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = Encoding.UTF8.GetBytes($"{{\"v\":{m.Value}}}") })));
    }

    /// <summary>Waits until the group is there in each partition.</summary>
    private void Committed(string group, string topic, long[] offsets)
    {
        using IConsumer<byte[]?, byte[]?> asker = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = group });
        TopicPartition[] all = [.. Enumerable.Range(0, offsets.Length).Select(p => new TopicPartition(topic, p))];
        for (bool isThere = false; !isThere;)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                isThere = asker.Committed(all, TimeSpan.FromSeconds(20)).Select(c => c.Offset.Value).SequenceEqual(offsets);
            }
            catch (KafkaException)
            {
                // The group's coordinator is being found.
            }
        }
    }
}
