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
    private const int PollInterval = 6000;
    private const int ManyIds = 20_000;

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

    /// <summary>Partitions go while the end's transaction is waited for: their windows close where they are read, and nowhere else.</summary>
    [Fact]
    public async Task Windows_of_partitions_that_go_at_the_end_close_once()
    {
        (string input, string output) = await TopicsAsync(ManyIds);
        // All of it has room in the ring, and a transaction ends before that is handed over: what is held is its first id.
        string settings = Impatient(Settings(input, output, "exactly_once", ", until: end", Pairs)).Replace("commit_interval: 3s", "commit_interval: 1ms", StringComparison.Ordinal).Replace("threads: 1", "threads: 1, ring_size: 128", StringComparison.Ordinal);
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using IAdminClient admin = Broker.Admin();
        await using LivePipeline first = Holding(settings, reached, held, at: 1).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, input);
        await PassAsync(first, TimeSpan.FromSeconds(1)); // it is at the end
        await using LivePipeline second = new LivePipeline(settings).Start();
        ConsumerGroupDescription shared = await SharedByAsync(admin, input, 2);
        Assert.Contains(shared.Members, m => m.ConsumerId == member);
        while (second.Processor.GetStatus().EventsRead == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        held.Set();
        RunReport[] reports = await Task.WhenAll(first.Run, second.Run);
        Assert.All(reports, report => Assert.True(report.ExitCode == 0, report.Message));
        Assert.All(reports, report => Assert.Equal(0, report.Ledger.Imbalance));
        Assert.True(reports[1].Ledger.In > 0);
        Assert.Equal(ManyIds, Committed(input));
        Judged(output, "exactly_once", ManyIds);
    }

    private static string Impatient(string settings) => settings.Replace("heartbeat.interval.ms: 3000", $"heartbeat.interval.ms: 300, session.timeout.ms: {PollInterval}, max.poll.interval.ms: {PollInterval}", StringComparison.Ordinal);

    /// <summary>The group's only member; empty: it has none.</summary>
    private static async Task<string> MemberAsync(IAdminClient admin, string input) =>
        (await admin.DescribeConsumerGroupsAsync(["g-" + input])).ConsumerGroupDescriptions.Single().Members.SingleOrDefault()?.ConsumerId ?? "";

    /// <summary>So many members share the partitions.</summary>
    private static async Task<ConsumerGroupDescription> SharedByAsync(IAdminClient admin, string input, int members)
    {
        ConsumerGroupDescription? shared = null;
        await admin.WaitForAsync("g-" + input, group => (shared = group).State == ConsumerGroupState.Stable && group.Members.Count == members && group.Members.Count(m => m.Assignment.TopicPartitions.Count > 0) >= members - 1, TestContext.Current.CancellationToken);
        return shared!;
    }

    /// <summary>Watches the run for so long.</summary>
    private static async Task PassAsync(LivePipeline pipeline, TimeSpan time)
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
}
