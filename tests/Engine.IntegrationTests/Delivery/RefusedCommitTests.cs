using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Faults;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>The group has forgotten a process between what it read last and the commit of that: the commit is refused.</summary>
public sealed class RefusedCommitTests(Broker broker)
{
    private const int Partitions = 4;
    private const int Ids = 401;

    /// <summary>It joins again, reads again what was not committed, closes the windows again and commits.</summary>
    [Theory]
    [InlineData("exactly_once", "{module_name: pairs, module_class: window, count: 2, key: [_key], aggregates: {n: count(), id: first(id), last: last(id)} }")]
    [InlineData("at_least_once", "{module_name: pairs, module_class: window, count: 2, key: [_key], aggregates: {n: count(), id: first(id), last: last(id)} }")]
    [InlineData("exactly_once", "")]
    public async Task At_the_end_it_is_made_again(string delivery, string module)
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline pipeline = Holding(Settings(input, output, delivery, ", until: end", module), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken); // everything is on its way
        await broker.KickAsync("g-" + input);
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.True(report.Ledger.In > Ids); // what was read again counts again
        Judged(output, delivery);
        Assert.Equal(Ids, Committed(input));
    }

    /// <summary>SIGTERM, and its partitions are another's when it commits: it ends well without a commit, and the other one reads all of it.</summary>
    [Theory]
    [InlineData("exactly_once", "")]
    [InlineData("exactly_once", "{module_name: last, module_class: fill, field: name, with: previous, key: [_key]}")]
    [InlineData("at_least_once", "{module_name: last, module_class: fill, field: name, with: previous, key: [_key]}")]
    public async Task At_a_stop_it_is_left_to_who_has_the_partitions(string delivery, string module)
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline first = Holding(Settings(input, output, delivery, "", module), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        Task<RunReport> stopping = first.StopAsync();
        await broker.KickAsync("g-" + input);
        await using LivePipeline second = new LivePipeline(Settings(input, output, delivery, ", until: end", module)).Start();
        RunReport other = await second.Run;
        held.Set();
        RunReport report = await stopping;
        Assert.True(report.ExitCode == 0 && other.ExitCode == 0, report.Message + other.Message);
        Assert.Equal((Ids, 0, 0), (report.Ledger.In, report.Ledger.Imbalance, other.Ledger.Imbalance));
        Assert.True(other.Ledger.In > 0); // what the first one had read and could not commit
        Judged(output, delivery);
        Assert.Equal(Ids, Committed(input));
    }

    private async Task<(string Input, string Output)> TopicsAsync()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("refused", partitions: Partitions);
        string output = await broker.CreateTopicAsync("refused-out", partitions: Partitions);
        await broker.ProduceAsync(input, Enumerable.Range(0, Ids).Select(i => new Message<byte[]?, byte[]?> { Key = BitConverter.GetBytes(i % 37), Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i}}}")) }));
        return (input, output);
    }

    /// <summary>A pipeline that stops when it has seen every id, from whichever partition the last one came, until it is let go.</summary>
    private static LivePipeline Holding(string settings, ManualResetEventSlim reached, ManualResetEventSlim held)
    {
        int seen = 0;
        var pipeline = new LivePipeline(settings.Replace("modules: [", "modules: [{module_name: hold, module_class: hold}, ", StringComparison.Ordinal));
        Assert.True(pipeline.Processor.RegisterModule("hold", _ => (in _) =>
        {
            if (Interlocked.Increment(ref seen) == Ids)
            {
                reached.Set();
                held.Wait();
            }

            return true;
        }));
        return pipeline;
    }

    /// <summary>The next heartbeat and the next commit are far away.</summary>
    private string Settings(string input, string output, string delivery, string more, string module) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}{{more}}, options: {heartbeat.interval.ms: 3000} }
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          schema: {id: int64, name: text}
          delivery: {{delivery}}
          commit_interval: 3s
        modules: [{{module}}]
        performance_tuning: {threads: 1, cpu_affinity: none}
        """;

    private void Judged(string output, string delivery)
    {
        using var judge = new Judge(broker.Bootstrap, output, Partitions);
        judge.ReadToEnd(TestContext.Current.CancellationToken);
        Assert.Empty(judge.Lost(Ids));
        Assert.True(delivery != "exactly_once" || judge.Duplicates == 0, $"{judge.Duplicates} twice");
    }

    private long Committed(string input)
    {
        using IConsumer<byte[]?, byte[]?> asker = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "g-" + input });
        List<TopicPartitionOffset> committed = asker.Committed(Enumerable.Range(0, Partitions).Select(p => new TopicPartition(input, p)), TimeSpan.FromSeconds(60));
        return committed.Sum(c => Math.Max(0, c.Offset.Value));
    }
}
