using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>What a pipeline over topics does while it goes on: silent partitions, lag, sinks that stand.</summary>
public sealed class LivePipelineTests(Broker broker)
{
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task A_silent_partition_closes_its_windows_by_the_event_time_of_others(string delivery)
    {
        if (delivery == "exactly_once")
        {
            broker.NeedsReal("transactions");
        }

        string input = await broker.CreateTopicAsync("idle", partitions: 2);
        string output = await broker.CreateTopicAsync("idle-out");
        await SendAsync(input, 0, 5);
        await using LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}} }
              stream_output: kafka://{{broker.Bootstrap}}/{{output}}
              output_format: csv
              schema: {at: timestamp, v: int64}
              event_time: {field: at, idle_timeout: 200ms}
              delivery: {{delivery}}
            modules:
              - {module_name: w, module_class: window, tumbling: 10s, key: [_key], aggregates: {n: sum(v)} }
            performance_tuning: {threads: 2, cpu_affinity: none}
            """).Start();
        using IConsumer<byte[]?, byte[]?> reader = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "r-" + output, IsolationLevel = IsolationLevel.ReadCommitted, AutoOffsetReset = AutoOffsetReset.Earliest });
        reader.Subscribe(output);
        // Partition 1 goes on; partition 0 has said all that it ever says.
        ConsumeResult<byte[]?, byte[]?>? row = null;
        for (int second = 0; row is null || !Text(row).Contains("k0", StringComparison.Ordinal); second += 15)
        {
            await SendAsync(input, 1, second);
            row = reader.Consume(50);
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        Assert.StartsWith("1970-01-01T00:00:00.000Z,1970-01-01T00:00:10.000Z,k0,1", Text(row), StringComparison.Ordinal);
        // What it says behind the others' event time is late now.
        await SendAsync(input, 0, 6);
        while (pipeline.Processor.GetStatus().Ledger.Late == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await SendAsync(input, 1, 100_000);
        }

        RunReport report = await pipeline.StopAsync();
        Assert.Equal((0, 1L), (report.ExitCode, report.Ledger.Late));
        Assert.Single(broker.ReadAll(output), r => Text(r).Contains("k0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lag_is_told_in_messages_and_seconds_and_a_sink_that_stands_costs_no_partition()
    {
        const int Messages = 20_000;
        string input = await broker.CreateTopicAsync("slow", partitions: 2);
        await broker.ProduceAsync(input, Enumerable.Range(0, Messages).Select(i => new Message<byte[]?, byte[]?> { Key = [(byte)i], Value = Encoding.UTF8.GetBytes($"{{\"id\":{i},\"pad\":\"{new string('x', 100)}\"}}") }));
        await using var pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, options: {max.poll.interval.ms: 2000, session.timeout.ms: 1500, heartbeat.interval.ms: 300} }
              stream_output: "memory:rows"
              schema: {id: int64, pad: text}
            modules:
              - {module_name: ids, module_class: select, fields: [id]}
            performance_tuning: {threads: 1, cpu_affinity: none, payload_size: 4KiB, ring_size: 2}
            """);
        using var stuck = new ManualResetEventSlim();
        var seen = new List<long>();
        pipeline.Processor.OnRows<Order>("rows", rows =>
        {
            stuck.Wait(TestContext.Current.CancellationToken);
            foreach (ref readonly Order row in rows)
            {
                seen.Add(row.Id);
            }
        });
        pipeline.Start();
        PipelineStatus status = new();
        TimeSpan? until = null;
        await foreach (MonitoringSnapshot snapshot in pipeline.Processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken))
        {
            // Twice what a member may say nothing for: the broker would have given its partitions away, and they would come again from the last commit.
            status = snapshot.Status;
            until ??= status.InputLag > Messages / 2 ? status.Elapsed + TimeSpan.FromSeconds(5) : null;
            if (status.Elapsed > until)
            {
                break;
            }
        }

        stuck.Set(); // before anything is judged: who waits must not wait for ever
        Assert.InRange(status.InputLag, Messages / 2, Messages);
        Assert.True(status.LagSeconds >= 4, $"{status.LagSeconds}");
        await foreach (MonitoringSnapshot snapshot in pipeline.Processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken))
        {
            if (snapshot.Status is { Ledger.In: >= Messages, InputLag: 0 })
            {
                break;
            }
        }

        RunReport report = await pipeline.StopAsync();
        Assert.Equal((0, (0L, 0.0)), (report.ExitCode, report.Lag!.Value));
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => (long)i), seen.Order());
    }

    private async Task SendAsync(string topic, int partition, int second)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 0 });
        await producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes($"k{partition}"), Value = Encoding.UTF8.GetBytes($"{{\"at\":{second},\"v\":1}}") }, TestContext.Current.CancellationToken);
    }

    private static string Text(ConsumeResult<byte[]?, byte[]?> row) => Encoding.UTF8.GetString(row.Message.Value!);

    private record struct Order(long Id);
}
