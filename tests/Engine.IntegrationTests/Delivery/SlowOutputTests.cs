using System;
using System.Linq;
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

/// <summary>Outputs that take longer than <c>max.poll.interval.ms</c>: the group keeps the process all the same.</summary>
public sealed class SlowOutputTests(Broker broker) : HeldRuns(broker)
{
    /// <summary>
    /// Two others join one after the other: the second one is let in when the first has what it was given, which is not when the outputs have it. Where the rings are full there is no room
    /// for the words to copy states, either.
    /// </summary>
    [Theory]
    [InlineData("exactly_once", "", false)]
    [InlineData("exactly_once", Pairs, false)]
    [InlineData("exactly_once", Pairs, true)]
    [InlineData("at_least_once", Pairs, true)]
    public async Task Partitions_are_given_up_in_time(string delivery, string module, bool isFull)
    {
        (string input, string output) = await TopicsAsync();
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        string settings = Impatient(Settings(input, output, delivery, ", until: end", module));
        settings = settings.Replace("threads: 1", isFull ? "threads: 1, ring_size: 2, payload_size: 4KiB" : "threads: 1, ring_size: 128", StringComparison.Ordinal);
        settings = settings.Replace("commit_interval: 3s", isFull ? "commit_interval: 20ms" : "commit_interval: 3s", StringComparison.Ordinal);
        await using LivePipeline pipeline = Holding(settings, reached, held, at: isFull ? 1 : Ids).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, input);
        Thread first = Join(input, leaves.Token, PollInterval);
        await SharedByAsync(admin, input, 2);
        Thread second = Join(input, leaves.Token, PollInterval);
        ConsumerGroupDescription shared = await SharedByAsync(admin, input, 3);
        Assert.Contains(shared.Members, m => m.ConsumerId == member);
        await leaves.CancelAsync();
        first.Join();
        second.Join();
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.Equal(Ids, Committed(input));
        Judged(output, delivery);
    }

    /// <summary>The ring is full and nothing is read; the partitions that another gives back have more messages than there are places for.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(Fill)]
    public async Task Partitions_that_come_meanwhile_cost_none(string module)
    {
        (string input, string output) = await TopicsAsync(ManyIds);
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        string settings = Impatient(Settings(input, output, "at_least_once", ", until: end", module)).Replace("threads: 1", "threads: 1, ring_size: 2, payload_size: 4KiB", StringComparison.Ordinal);
        await using LivePipeline pipeline = Holding(settings, reached, held, at: 1).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, input);
        Thread other = Join(input, leaves.Token, PollInterval);
        await SharedByAsync(admin, input, 2);
        await leaves.CancelAsync();
        other.Join();
        await SharedByAsync(admin, input, 1);
        await PassAsync(pipeline, TimeSpan.FromMilliseconds(2 * PollInterval));
        string after = await MemberAsync(admin, input);
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.Equal(member, after);
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.Equal(ManyIds, Committed(input));
        Judged(output, "at_least_once", ManyIds);
    }

    /// <summary>SIGTERM, and outputs that have not all of the transaction that has ended: it is waited for, and committed.</summary>
    [Fact]
    public async Task A_stop_that_waits_for_them_costs_no_partition()
    {
        (string input, string output) = await TopicsAsync();
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        string settings = Impatient(Settings(input, output, "exactly_once", "", "")).Replace("commit_interval: 3s", "commit_interval: 20ms", StringComparison.Ordinal).Replace($"{PollInterval}", "1500", StringComparison.Ordinal);
        await using LivePipeline pipeline = Holding(settings, reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, input);
        await PassAsync(pipeline, TimeSpan.FromSeconds(1)); // fifty commits are due: the transaction has ended
        Task<RunReport> stopping = pipeline.StopAsync();
        await PassAsync(pipeline, TimeSpan.FromSeconds(4));
        string after = await MemberAsync(admin, input);
        held.Set();
        RunReport report = await stopping;
        Assert.Equal(member, after);
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.DoesNotContain(pipeline.Words, word => word.Contains("the last commit", StringComparison.Ordinal));
        Assert.Equal((Ids, 0), (report.Ledger.In, report.Ledger.Imbalance));
        Assert.Equal(Ids, Committed(input));
        Judged(output, "exactly_once");
    }

    /// <summary>The ring is full when it is asked to stop: the last words, with and without states to copy, wait for room.</summary>
    [Theory]
    [InlineData("at_least_once", "")]
    [InlineData("at_least_once", Fill)]
    [InlineData("exactly_once", Fill)]
    public async Task A_stop_that_waits_for_room_costs_no_partition(string delivery, string module)
    {
        (string input, string output) = await TopicsAsync(ManyIds);
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline pipeline = Holding(Narrow(Settings(input, output, delivery, "", module)), reached, held, at: 1).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, input);
        await PassAsync(pipeline, TimeSpan.FromSeconds(1)); // it is full
        Task<RunReport> stopping = pipeline.StopAsync();
        await PassAsync(pipeline, TimeSpan.FromSeconds(4));
        string after = await MemberAsync(admin, input);
        held.Set();
        RunReport report = await stopping;
        Assert.Equal(member, after);
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.DoesNotContain(pipeline.Words, word => word.Contains("the last commit", StringComparison.Ordinal));
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.InRange(report.Ledger.In, 1, ManyIds - 1);
        Assert.Equal(report.Ledger.In, Committed(input));
    }

    /// <summary>The input has ended, and lanes have no room for the words to close windows and to copy states.</summary>
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task An_end_that_waits_for_room_costs_no_partition(string delivery)
    {
        (string input, string output) = await TopicsAsync();
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline pipeline = Holding(Narrow(Settings(input, output, delivery, ", until: end", Pairs)), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, input);
        await PassAsync(pipeline, TimeSpan.FromSeconds(4));
        string after = await MemberAsync(admin, input);
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.Equal(member, after);
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.DoesNotContain(pipeline.Words, word => word.Contains("the last commit", StringComparison.Ordinal));
        Assert.Equal((Ids, 0), (report.Ledger.In, report.Ledger.Imbalance));
        Assert.Equal(Ids, Committed(input));
        Judged(output, delivery);
    }

    /// <summary>A message of a repartition topic goes into more payloads than the ring has places for; the group takes partitions away amid it, and gives them again.</summary>
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task A_message_in_pieces_costs_no_partition(string delivery)
    {
        const int Records = 400;
        Broker.NeedsReal("transactions");
        string input = await Broker.CreateTopicAsync("pieces", partitions: 2);
        string output = await Broker.CreateTopicAsync("pieces-out", partitions: 2);
        string between = $"{input}-last-repartition";
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        string settings = Impatient(Settings(input, output, delivery, ", partitioned_by: repartition", Fill.Replace("[_key]", "[id]", StringComparison.Ordinal)))
            .Replace("threads: 1", "threads: 1, ring_size: 2, payload_size: 4KiB", StringComparison.Ordinal);
        await using LivePipeline pipeline = Holding(settings, reached, held, behind: "key: [id]}", at: 1).Start();
        await admin.WaitForAsync("g-" + between, group => group.State == ConsumerGroupState.Stable && group.Members.Count == 1, TestContext.Current.CancellationToken);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = Broker.Bootstrap }))
        {
            await Task.WhenAll(Enumerable.Range(0, 2).Select(partition => producer.ProduceAsync(new TopicPartition("g-" + between, partition), new Message<byte[]?, byte[]?> { Value = Packed.Of(input, partition * Records, (partition + 1) * Records, padding: 100) })));
        }

        reached.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, between);
        await PassAsync(pipeline, TimeSpan.FromMilliseconds(2 * PollInterval));
        string after = await MemberAsync(admin, between);
        Thread other = Join(between, leaves.Token, PollInterval, "g-" + between);
        await admin.WaitForAsync("g-" + between, group => group.State == ConsumerGroupState.Stable && group.Members.Count == 2 && group.Members.All(m => m.Assignment.TopicPartitions.Count == 1), TestContext.Current.CancellationToken);
        await leaves.CancelAsync();
        other.Join();
        held.Set();
        using (var watch = new Judge(Broker.Bootstrap, output, 2))
        {
            Assert.True(watch.WaitFor(2 * Records, TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        }

        RunReport report = await pipeline.StopAsync();
        Assert.Equal(member, after);
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        using var judge = new Judge(Broker.Bootstrap, output, 2);
        judge.ReadToEnd(TestContext.Current.CancellationToken);
        Assert.Empty(judge.Lost(2 * Records));
        Assert.True(delivery != "exactly_once" || judge.Duplicates == 0, $"{judge.Duplicates} twice");
    }
}
