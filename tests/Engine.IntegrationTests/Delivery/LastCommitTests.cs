using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>What comes while <c>until: end</c> waits for its outputs with the last commit.</summary>
public sealed class LastCommitTests(Broker broker) : HeldRuns(broker)
{
    /// <summary>Another member leaves its partitions unread: they are read before the run ends, and nothing of what it had is lost.</summary>
    [Fact]
    public async Task Partitions_that_come_are_read_first()
    {
        (string input, string output) = await TopicsAsync();
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Thread polls = Join(input, leaves.Token);
        await admin.WaitForAsync("g-" + input, group => group.Members.Count == 1 && group.State == ConsumerGroupState.Stable, TestContext.Current.CancellationToken);
        await using LivePipeline pipeline = HoldingAtTheEnd(Settings(input, output, "exactly_once", ", until: end", Pairs), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        await SharedAsync(admin, input);
        await leaves.CancelAsync();
        polls.Join(); // it has left the group
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(Ids, Committed(input));
        Assert.Equal(Ids, report.Ledger.In); // nothing was read again
        Judged(output, "exactly_once");
    }

    /// <summary>The group takes partitions away, and the outputs have not all of them in time: that is said.</summary>
    [Fact]
    public async Task Outputs_that_are_too_slow_are_named()
    {
        (string input, string output) = await TopicsAsync();
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline pipeline = Holding(Settings(input, output, "exactly_once", ", until: end", Pairs), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Thread polls = Join(input, leaves.Token);
        await SharedAsync(admin, input);
        await leaves.CancelAsync();
        polls.Join();
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Contains(pipeline.Words, word => word.Contains($"the last commit of group 'g-{input}' did not come through (the outputs had not all of it 20 seconds after the group took partitions away)", StringComparison.Ordinal));
        Assert.Equal(Ids, Committed(input));
        Judged(output, "exactly_once");
    }

    /// <summary>SIGTERM while the outputs are waited for: it ends, with all that it has read committed.</summary>
    [Theory]
    [InlineData("exactly_once")]
    [InlineData("at_least_once")]
    public async Task A_stop_ends_it(string delivery)
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline pipeline = HoldingAtTheEnd(Settings(input, output, delivery, ", until: end", Pairs), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        Task<RunReport> stopping = pipeline.StopAsync();
        held.Set();
        RunReport report = await stopping;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal((Ids, 0), (report.Ledger.In, report.Ledger.Imbalance));
        Assert.Equal(Ids, Committed(input));
        Judged(output, delivery);
    }

    /// <summary>An output that sheds has lost the last payload, and hears of it only when its lane ends: nobody waits for that with the last commit.</summary>
    [Fact]
    public async Task Outputs_that_shed_do_not_keep_it()
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        string settings = Settings(input, output, "at_least_once", ", until: end", Fill)
            .Replace($"stream_output: \"kafka://{Broker.Bootstrap}/{output}\"", $"stream_output: {{main: \"kafka://{Broker.Bootstrap}/{output}\", few: {{uri: \"memory:few\", where: id >= 0, when_full: shed}} }}", StringComparison.Ordinal)
            .Replace("threads: 1", "threads: 2, ring_size: 2, payload_size: 4KiB", StringComparison.Ordinal);
        var pipeline = new LivePipeline(settings);
        pipeline.Processor.OnRows<Few>("few", _ => held.Wait());
        await using (pipeline.Start())
        {
            while (Broker.ReadAll(output, IsolationLevel.ReadUncommitted).Count < Ids)
            {
                Assert.False(pipeline.Run.IsCompleted);
            }

            held.Set();
            RunReport report = await pipeline.Run;
            Assert.True(report.ExitCode == 0, report.Message);
            Assert.Equal((Ids, 0), (report.Ledger.In, report.Ledger.Imbalance));
            Assert.True(report.RowsShed["few"] > 0);
            Assert.Equal(Ids, Committed(input));
        }
    }

    /// <summary>The input is deleted before the last commit: that is what is named, not what was written to.</summary>
    [Fact]
    public async Task An_input_that_is_gone_is_named()
    {
        (string input, string output) = await TopicsAsync();
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline pipeline = Holding(Settings(input, output, "exactly_once", "", ""), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        Task<RunReport> stopping = pipeline.StopAsync();
        await admin.DeleteTopicsAsync([input]);
        held.Set();
        RunReport report = await stopping;
        Assert.Equal(75, report.ExitCode);
        Assert.Contains($"topic '{input}': cannot read as User:ANONYMOUS", report.Message, StringComparison.Ordinal);
        Assert.Contains("the topic was deleted, or made again with fewer partitions: start again when it is there", report.Message, StringComparison.Ordinal);
    }

    /// <summary>Two members share the partitions.</summary>
    private static Task SharedAsync(IAdminClient admin, string input) => admin.WaitForAsync("g-" + input,
        group => group.State == ConsumerGroupState.Stable && group.Members.Count == 2 && group.Members.All(m => m.Assignment.TopicPartitions.Count == Partitions / 2), TestContext.Current.CancellationToken);

    private readonly record struct Few(long Id);
}
