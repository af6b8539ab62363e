using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>States that take their time to come back: the process says so, and stays in its group.</summary>
public sealed class RestoreTests(Broker broker)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    /// <summary>A transaction that somebody left open in the changelog keeps its reader waiting as long as we like; meanwhile another member comes, which it can only where all others poll.</summary>
    [Fact]
    public async Task While_states_are_restored_progress_is_shown_and_the_group_goes_on()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("restored", partitions: 2);
        string output = await broker.CreateTopicAsync("restored-out");
        string settings = $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, options: {heartbeat.interval.ms: 300} }
              stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
              output_format: json
              schema: {v: int64}
              commit_interval: 20ms
            modules:
              - {module_name: w, module_class: window, count: 4, key: [_key], aggregates: {n: count(), s: sum(v)} }
            performance_tuning: {threads: 1, cpu_affinity: none}
            """;
        await ProduceAsync(input, 0, 3);
        await using (LivePipeline first = new LivePipeline(settings).Start())
        {
            await UntilAsync(first, status => status.Ledger.In == 6);
            Assert.Equal(0, (await first.StopAsync()).ExitCode);
        }

        using IProducer<byte[]?, byte[]?> blocker = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, TransactionalId = "blocker-" + input, TransactionTimeoutMs = 600_000 });
        blocker.InitTransactions(TimeSpan.FromSeconds(60));
        blocker.BeginTransaction();
        foreach (int partition in new[] { 0, 1 })
        {
            await blocker.ProduceAsync(new TopicPartition($"g-{input}-w-changelog", partition), new Message<byte[]?, byte[]?> { Key = [1], Value = [1] }, TestContext.Current.CancellationToken);
        }

        await using LivePipeline second = new LivePipeline(settings).Start();
        await UntilAsync(second, status => status.Restored.All > 0);
        using (IConsumer<byte[]?, byte[]?> other = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "g-" + input, EnableAutoCommit = false, HeartbeatIntervalMs = 300, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky }))
        {
            other.Subscribe(input);
            while (other.Assignment.Count != 1)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                Assert.False(second.Run.IsCompleted);
                other.Consume(s_look);
            }

            Assert.True(second.Processor.GetStatus().Restored.All > 0);
            other.Close();
        }

        await ProduceAsync(input, 3, 4);
        blocker.AbortTransaction(TimeSpan.FromSeconds(60));
        await UntilAsync(second, status => status.RowsOut["main"] == 2);
        Assert.Equal(0, second.Processor.GetStatus().Restored.All);
        Assert.True(second.Processor.GetStatus().InputLag >= 0); // what was restored is behind
        Assert.Equal(0, (await second.StopAsync()).ExitCode);
        Assert.Contains(second.Words, word => word.Contains("partition(s) were restored", StringComparison.Ordinal));
        Assert.Equal(2, broker.ReadAll(output).Count(row => Encoding.UTF8.GetString(row.Message.Value!).EndsWith("\"n\":4,\"s\":6}", StringComparison.Ordinal)));
    }

    private static async Task UntilAsync(LivePipeline pipeline, Func<PipelineStatus, bool> isReached)
    {
        await foreach (MonitoringSnapshot snapshot in pipeline.Processor.PipelineMonitoringAsync(s_look, TestContext.Current.CancellationToken))
        {
            if (isReached(snapshot.Status))
            {
                return;
            }
        }

        Assert.Fail((await pipeline.Run).Message);
    }

    private async Task ProduceAsync(string topic, int from, int to)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 0 });
        for (int i = from; i < to; i++)
        {
            for (int partition = 0; partition < 2; partition++)
            {
                await producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[]?, byte[]?>
                {
                    Key = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"k{partition}")),
                    Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"v\":{i}}}")),
                }, TestContext.Current.CancellationToken);
            }
        }
    }
}
