using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Faults;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Kafka;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary><c>until: end</c> of several processes of one group: they end when all is read, though partitions move while they do.</summary>
public sealed class SharedEndTests(Broker broker)
{
    private const int Partitions = 4;
    private const int Ids = 400;

    [Theory]
    [InlineData("exactly_once", "classic")]
    [InlineData("at_least_once", "classic")]
    [InlineData("exactly_once", "consumer")]
    [InlineData("at_least_once", "consumer")]
    public Task Processes_that_end_together_leave_nothing_unread(string delivery, string protocol) => RunAsync(delivery, protocol, 2, 1);

    [Theory(Explicit = true)]
    [InlineData("exactly_once", "classic")]
    [InlineData("at_least_once", "classic")]
    [InlineData("exactly_once", "consumer")]
    [InlineData("at_least_once", "consumer")]
    public Task Many_times(string delivery, string protocol) => RunAsync(delivery, protocol, 40, Random.Shared.Next());

    /// <summary>Groups of the newer protocol are described, too: who ends knows that every partition has an owner.</summary>
    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task A_partition_that_nobody_has_is_seen(string protocol)
    {
        broker.NeedsReal("groups of both protocols");
        string input = await broker.CreateTopicAsync("covered", partitions: Partitions);
        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, options: {group.protocol: {{protocol}}} }
              stream_output: "null:"
              schema: {id: int64}
            """));
        using var bound = (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
        using IConsumer<Ignore, Ignore> ours = new ConsumerBuilder<Ignore, Ignore>(bound.Settings()).Build();
        using IConsumer<Ignore, Ignore> other = new ConsumerBuilder<Ignore, Ignore>(bound.Settings()).Build();
        ours.Subscribe(input);
        PartitionTable none = null!;
        using var whole = new GroupCoverage(bound, ours, none, new Dictionary<string, int> { [input] = Partitions });
        using var more = new GroupCoverage(bound, ours, none, new Dictionary<string, int> { [input] = Partitions + 1 });
        WaitFor(ours, other, () => whole.IsWhole());
        other.Subscribe(input);
        WaitFor(ours, other, () => other.Assignment.Count > 0 && ours.Assignment.Count + other.Assignment.Count == Partitions && whole.IsWhole());
        for (int question = 0; question < 20; question++)
        {
            Assert.False(more.IsWhole());
            ours.Consume(TimeSpan.FromMilliseconds(20));
            other.Consume(TimeSpan.FromMilliseconds(20));
        }
    }

    private static void WaitFor(IConsumer<Ignore, Ignore> ours, IConsumer<Ignore, Ignore> other, Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            ours.Consume(TimeSpan.FromMilliseconds(20));
            if (other.Subscription.Count > 0)
            {
                other.Consume(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private async Task RunAsync(string delivery, string protocol, int rounds, int seed)
    {
        broker.NeedsReal("transactions");
        using IAdminClient admin = broker.Admin();
        var random = new Random(seed);
        for (int round = 0; round < rounds; round++)
        {
            string input = await broker.CreateTopicAsync("shared", partitions: Partitions);
            string output = await broker.CreateTopicAsync("shared-out", partitions: Partitions);
            await broker.ProduceAsync(input, Enumerable.Range(0, Ids).Select(i => new Message<byte[]?, byte[]?> { Key = BitConverter.GetBytes(i % 37), Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i}}}")) }));
            string settings = $$"""
                stream_settings:
                  stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end, options: {{{(protocol == "classic" ? "heartbeat.interval.ms: 500" : "group.protocol: consumer")}}} }
                  stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
                  schema: {id: int64}
                  delivery: {{delivery}}
                  commit_interval: 20ms
                modules: [{module_name: pairs, module_class: window, count: 2, key: [_key], aggregates: {n: count(), id: first(id), last: last(id)} }]
                performance_tuning: {threads: 1, cpu_affinity: none, payload_size: 4KiB}
                """;
            // The second one comes while the first joins, reads, or is about to end.
            await using LivePipeline first = new LivePipeline(settings).Start();
            int stage = random.Next(4);
            await admin.WaitForAsync("g-" + input, group => stage == 0 || group.Members.Count >= Math.Min(stage, 1) || first.Run.IsCompleted, TestContext.Current.CancellationToken);
            await admin.WaitForAsync("g-" + input, group => stage < 2 || group.State == ConsumerGroupState.Stable || first.Run.IsCompleted, TestContext.Current.CancellationToken);
            if (stage == 3)
            {
                using var watch = new Judge(broker.Bootstrap, output, Partitions);
                Assert.True(watch.WaitFor(random.Next(1, Ids * 3 / 4), TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
            }

            await using LivePipeline second = new LivePipeline(settings).Start();
            RunReport[] reports = await Task.WhenAll(first.Run, second.Run);
            Assert.All(reports, report => Assert.True(report.ExitCode == ExitCode.Done, $"seed {seed}, round {round}: {report.Message}"));
            using var judge = new Judge(broker.Bootstrap, output, Partitions);
            judge.ReadToEnd(TestContext.Current.CancellationToken);
            Assert.True(!judge.Lost(Ids).Any(), $"seed {seed}, round {round}: lost {string.Join(", ", judge.Lost(Ids).Take(10))}\n{string.Join('\n', first.Words.Concat(second.Words))}");
            Assert.True(delivery != "exactly_once" || judge.Duplicates == 0, $"seed {seed}, round {round}: {judge.Duplicates} twice");
        }
    }
}
