using System;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>The group has forgotten a process between what it read last and the commit of that: the commit is refused.</summary>
public sealed class RefusedCommitTests(Broker broker) : HeldRuns(broker)
{
    /// <summary>It joins again, reads again what was not committed, closes the windows again and commits.</summary>
    [Theory]
    [InlineData("exactly_once", Pairs)]
    [InlineData("at_least_once", Pairs)]
    [InlineData("exactly_once", "")]
    public async Task At_the_end_it_is_made_again(string delivery, string module)
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        await using LivePipeline pipeline = Holding(Settings(input, output, delivery, ", until: end", module), reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken); // everything is on its way
        await Broker.KickAsync("g-" + input);
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.True(report.Ledger.In > Ids); // what was read again counts again
        Assert.Contains(pipeline.Words, word => word.Contains($"the last commit of group 'g-{input}' did not come through (", StringComparison.Ordinal));
        Judged(output, delivery);
        Assert.Equal(Ids, Committed(input));
    }

    /// <summary>It is not always the group that keeps the last commit: another process has taken the producer's name.</summary>
    [Fact]
    public async Task What_keeps_it_is_said()
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        string settings = Settings(input, output, "exactly_once", ", until: end", Pairs).Replace("options: {", "options: {group.instance.id: one, ", StringComparison.Ordinal);
        await using LivePipeline pipeline = Holding(settings, reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        using (IProducer<byte[]?, byte[]?> other = Clients.Producer(new ProducerConfig { BootstrapServers = Broker.Bootstrap, TransactionalId = $"datastream-g-{input}-one" }))
        {
            other.InitTransactions(TimeSpan.FromSeconds(60));
        }

        held.Set();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Contains(pipeline.Words, word => word.Contains($"the last commit of group 'g-{input}' did not come through (", StringComparison.Ordinal) && word.Contains("fence", StringComparison.Ordinal));
        Assert.Contains(pipeline.Words, word => word.Contains("another process has begun one under the same transactional id", StringComparison.Ordinal));
        Judged(output, "exactly_once");
        Assert.Equal(Ids, Committed(input));
    }

    /// <summary>SIGTERM behind a topic between, and the group has forgotten it: nothing is deleted there that was not committed.</summary>
    [Theory]
    [InlineData("exactly_once")]
    [InlineData("at_least_once")]
    public async Task What_was_not_committed_stays_in_the_topic_between(string delivery)
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        string fill = Fill.Replace("[_key]", "[id]", StringComparison.Ordinal);
        await using (LivePipeline first = Holding(Settings(input, output, delivery, ", partitioned_by: repartition", fill), reached, held, behind: fill).Start())
        {
            reached.Wait(TestContext.Current.CancellationToken);
            Task<RunReport> stopping = first.StopAsync();
            await Broker.KickAsync($"g-{input}-last-repartition");
            held.Set();
            RunReport report = await stopping;
            Assert.True(report.ExitCode == 0, report.Message);
        }

        await using LivePipeline second = new LivePipeline(Settings(input, output, delivery, ", partitioned_by: repartition, until: end", fill)).Start();
        RunReport other = await second.Run;
        Assert.True(other.ExitCode == 0, other.Message);
        Judged(output, delivery);
        Assert.Equal(Ids, Committed(input));
    }

    /// <summary>SIGTERM, and its partitions are another's when it commits: it ends well without a commit, and the other one reads all of it.</summary>
    /// <remarks>With a heartbeat far away its client learns of that by the refusal. With one close by the client knows it before, and names no generation: brokers would keep what it commits unasked.</remarks>
    [Theory]
    [InlineData("exactly_once", "", 3000)]
    [InlineData("exactly_once", Fill, 3000)]
    [InlineData("at_least_once", Fill, 3000)]
    [InlineData("at_least_once", "", 3000)]
    [InlineData("exactly_once", "", 100)]
    [InlineData("at_least_once", Fill, 100)]
    [InlineData("at_least_once", "", 100)]
    public async Task At_a_stop_it_is_left_to_who_has_the_partitions(string delivery, string module, int heartbeat)
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        string settings = Settings(input, output, delivery, "", module).Replace("heartbeat.interval.ms: 3000", $"heartbeat.interval.ms: {heartbeat}", StringComparison.Ordinal);
        await using LivePipeline first = Holding(settings, reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        Task<RunReport> stopping = first.StopAsync();
        await Broker.KickAsync("g-" + input);
        await using LivePipeline second = new LivePipeline(Settings(input, output, delivery, ", until: end", module)).Start();
        RunReport other = await second.Run;
        held.Set();
        RunReport report = await stopping;
        Assert.True(report.ExitCode == 0 && other.ExitCode == 0, report.Message + other.Message);
        Assert.Equal((Ids, 0, 0), (report.Ledger.In, report.Ledger.Imbalance, other.Ledger.Imbalance));
        Assert.True(other.Ledger.In > 0); // what the first one had read and could not commit
        Assert.Contains(first.Words, word => word.Contains("the last commit", StringComparison.Ordinal));
        Judged(output, delivery);
        if (delivery == "at_least_once")
        {
            // The first one may have come back, and leaves its share to the next start.
            await using LivePipeline third = new LivePipeline(Settings(input, output, delivery, ", until: end", module)).Start();
            Assert.Equal(0, (await third.Run).ExitCode);
        }

        Assert.Equal(Ids, Committed(input));
    }

    /// <summary>An output that sheds has no second try: what it has shed is not there again.</summary>
    [Fact]
    public async Task With_outputs_that_shed_it_is_tried_once()
    {
        (string input, string output) = await TopicsAsync();
        using var held = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        string address = $"\"kafka://{Broker.Bootstrap}/{output}\"";
        string settings = Settings(input, output, "exactly_once", ", until: end", Pairs).Replace($"stream_output: {address}", $"stream_output: {{main: {{uri: {address}, when_full: shed}} }}", StringComparison.Ordinal);
        await using LivePipeline pipeline = Holding(settings, reached, held).Start();
        reached.Wait(TestContext.Current.CancellationToken);
        await Broker.KickAsync("g-" + input);
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 75, report.Message);
        Assert.Contains($"group 'g-{input}': cannot commit a transaction", report.Message, StringComparison.Ordinal);
        Assert.Empty(Broker.ReadAll(output));
        Assert.Equal(0, Committed(input));
    }
}
