using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Faults;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Runs that stand still where all ids are read and nothing of the last ones is committed, until they are let go.</summary>
public abstract class HeldRuns(Broker broker)
{
    protected const int Partitions = 4;
    protected const int Ids = 401;
    protected const int ManyIds = 20_000; // more than a narrow pipeline takes
    protected const int PollInterval = 6000; // milliseconds, of who is impatient

    /// <summary>Windows of two ids; of some keys one is left, and closes with the input's end.</summary>
    protected const string Pairs = "{module_name: pairs, module_class: window, count: 2, key: [_key], aggregates: {n: count(), id: first(id), last: last(id)} }";

    /// <summary>Keeps the last value of each key in a changelog.</summary>
    protected const string Fill = "{module_name: last, module_class: fill, field: name, with: previous, key: [_key]}";

    protected Broker Broker => broker;

    protected async Task<(string Input, string Output)> TopicsAsync(int ids = Ids)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("refused", partitions: Partitions);
        string output = await broker.CreateTopicAsync("refused-out", partitions: Partitions);
        await broker.ProduceAsync(input, Enumerable.Range(0, ids).Select(i => new Message<byte[]?, byte[]?> { Key = BitConverter.GetBytes(i % 37), Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i}}}")) }));
        return (input, output);
    }

    /// <summary>A pipeline that stops when it has seen every id, from whichever partition the last one came, until it is let go.</summary>
    /// <param name="settings">The pipeline's.</param>
    /// <param name="reached">Set when it stops.</param>
    /// <param name="held">Lets it go.</param>
    /// <param name="behind">It stops behind this module; empty: before all.</param>
    /// <param name="at">With the so manieth id.</param>
    protected static LivePipeline Holding(string settings, ManualResetEventSlim reached, ManualResetEventSlim held, string behind = "", int at = Ids)
    {
        int seen = 0;
        const string Hold = "{module_name: hold, module_class: hold}";
        var pipeline = new LivePipeline(behind.Length > 0 ? settings.Replace(behind, $"{behind}, {Hold}", StringComparison.Ordinal) : settings.Replace("modules: [", $"modules: [{Hold}, ", StringComparison.Ordinal));
        Assert.True(pipeline.Processor.RegisterModule("hold", _ => (in _) =>
        {
            if (Interlocked.Increment(ref seen) == at)
            {
                reached.Set();
                held.Wait();
            }

            return true;
        }));
        return pipeline;
    }

    /// <summary>A pipeline with <see cref="Pairs"/> that stops when the first of them closes with the input's end.</summary>
    protected static LivePipeline HoldingAtTheEnd(string settings, ManualResetEventSlim reached, ManualResetEventSlim held)
    {
        var pipeline = new LivePipeline(settings.Replace(Pairs, Pairs + ", {module_name: hold, module_class: hold}", StringComparison.Ordinal));
        Assert.True(pipeline.Processor.RegisterModule("hold", schema =>
        {
            var n = schema.Int64("n");
            return (in row) =>
            {
                if (row[n] == 1)
                {
                    reached.Set();
                    held.Wait();
                }

                return true;
            };
        }));
        return pipeline;
    }

    /// <summary>The next heartbeat and the next commit are far away.</summary>
    protected string Settings(string input, string output, string delivery, string more, string module) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}{{more}}, options: {heartbeat.interval.ms: 3000} }
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          schema: {id: int64, name: text}
          delivery: {{delivery}}
          commit_interval: 3s
        modules: [{{module}}]
        performance_tuning: {threads: 1, cpu_affinity: none}
        """;

    protected void Judged(string output, string delivery, int ids = Ids)
    {
        using var judge = new Judge(broker.Bootstrap, output, Partitions);
        judge.ReadToEnd(TestContext.Current.CancellationToken);
        Assert.Empty(judge.Lost(ids));
        Assert.True(delivery != "exactly_once" || judge.Duplicates == 0, $"{judge.Duplicates} twice");
    }

    protected long Committed(string input)
    {
        using IConsumer<byte[]?, byte[]?> asker = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "g-" + input });
        List<TopicPartitionOffset> committed = asker.Committed(Enumerable.Range(0, Partitions).Select(p => new TopicPartition(input, p)), TimeSpan.FromSeconds(60));
        return committed.Sum(c => Math.Max(0, c.Offset.Value));
    }

    /// <summary>Another member of the group, until it leaves.</summary>
    protected Thread Join(string input, CancellationToken leaves, int? pollInterval = null, string? topic = null)
    {
        IConsumer<byte[]?, byte[]?> other = Clients.Consumer(new ConsumerConfig
        {
            BootstrapServers = Broker.Bootstrap, GroupId = "g-" + input, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky, EnableAutoCommit = false, HeartbeatIntervalMs = 500, SessionTimeoutMs = pollInterval, MaxPollIntervalMs = pollInterval,
        });
        other.Subscribe(topic ?? input);
        var polls = new Thread(() => PollAsMember(other, leaves));
        polls.Start();
        return polls;
    }

    /// <summary>The ring is full with two payloads of few ids, and the group waits for 1.5 s.</summary>
    protected static string Narrow(string settings) => Impatient(settings).Replace($"{PollInterval}", "1500", StringComparison.Ordinal).Replace("threads: 1", "threads: 1, ring_size: 2, payload_size: 4KiB", StringComparison.Ordinal);

    /// <summary>The group waits for <see cref="PollInterval"/>.</summary>
    protected static string Impatient(string settings) => settings.Replace("heartbeat.interval.ms: 3000", $"heartbeat.interval.ms: 300, session.timeout.ms: {PollInterval}, max.poll.interval.ms: {PollInterval}", StringComparison.Ordinal);

    /// <summary>The group's only member; empty: it has none.</summary>
    protected static async Task<string> MemberAsync(IAdminClient admin, string input) =>
        (await admin.DescribeConsumerGroupsAsync(["g-" + input])).ConsumerGroupDescriptions.Single().Members.SingleOrDefault()?.ConsumerId ?? "";

    /// <summary>So many members share the partitions.</summary>
    protected static async Task<ConsumerGroupDescription> SharedByAsync(IAdminClient admin, string input, int members)
    {
        ConsumerGroupDescription? shared = null;
        await admin.WaitForAsync("g-" + input, group => (shared = group).State == ConsumerGroupState.Stable && group.Members.Count == members && group.Members.Count(m => m.Assignment.TopicPartitions.Count > 0) >= members - 1, TestContext.Current.CancellationToken);
        return shared!;
    }

    /// <summary>Watches the run for so long.</summary>
    protected static async Task PassAsync(LivePipeline pipeline, TimeSpan time)
    {
        TimeSpan? until = null;
        await foreach (MonitoringSnapshot snapshot in pipeline.Processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken))
        {
            until ??= snapshot.Status.Elapsed + time;
            if (snapshot.Status.Elapsed > until)
            {
                return;
            }
        }
    }

    /// <summary>Takes part in the group and leaves all messages where they are.</summary>
    private static void PollAsMember(IConsumer<byte[]?, byte[]?> member, CancellationToken leaves)
    {
        using (member)
        {
            while (!leaves.IsCancellationRequested)
            {
                member.Consume(20);
            }

            member.Close();
        }
    }
}
