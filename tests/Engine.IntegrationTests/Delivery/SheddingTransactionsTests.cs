using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Faults;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary><c>main</c> sheds within transactions: while one is committed its writer stands still.</summary>
public sealed class SheddingTransactionsTests(Broker broker)
{
    private const int Limit = 180_000;
    private const int Burst = 5_000;

    /// <summary>What was shed is counted, and what is counted as out, and that alone, is what the transactions committed, with all positions.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_is_counted_is_what_is_committed(int lanes)
    {
        (string input, string output) = await TopicsAsync();
        await using LivePipeline pipeline = new LivePipeline(Settings(input, output, lanes, "commit_interval: 5ms", "")).Start();
        long sent = 0;
        for (; pipeline.Processor.GetStatus().Ledger.Shed == 0; sent += Burst)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.False(pipeline.Run.IsCompleted);
            await SendAsync(input, sent, Burst, _ => false);
        }

        while (pipeline.Processor.GetStatus().EventsRead < sent) // what was shed last is counted with what follows, or at the end
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        RunReport report = await pipeline.StopAsync();
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal((sent, 0, 0), (report.Ledger.In, report.Ledger.Imbalance, report.Ledger.InFlight));
        Assert.Equal(sent, report.Ledger.Out + report.Ledger.Shed);
        Assert.Equal((report.Ledger.Out, report.Ledger.Shed), (report.RowsOut["main"], report.RowsShed["main"]));
        using var judge = new Judge(broker.Bootstrap, output, 1);
        judge.ReadToEnd(TestContext.Current.CancellationToken);
        Assert.Equal((report.Ledger.Out, 0), (judge.Distinct, judge.Duplicates));
        Assert.Equal(sent, Committed(input));
    }

    /// <summary>The budget is spent while the next transaction's letters wait for a commit that does not come: the run ends without it, and the next start meets the same records.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_spent_budget_commits_nothing_of_what_is_open(int lanes)
    {
        const int Good = 9_000;
        (string input, string output) = await TopicsAsync();
        string dead = await broker.CreateTopicAsync("shedding-dead");
        RunReport report;
        await using (LivePipeline pipeline = new LivePipeline(Settings(input, output, lanes, "commit_interval: 1ms", $", dead: \"kafka://{broker.Bootstrap}/{dead}\"") + "\nerror_handling: {error_budget: 1%}").Start())
        {
            for (long sent = 0; !pipeline.Run.IsCompleted; sent += Burst)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await SendAsync(input, sent, Burst, id => id >= Good);
            }

            report = await pipeline.Run;
        }

        Assert.True(report.ExitCode == 65, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        using var judge = new Judge(broker.Bootstrap, output, 1);
        judge.ReadToEnd(TestContext.Current.CancellationToken);
        Assert.Equal(0, judge.Duplicates);
        long committed = Committed(input);
        Assert.Equal(Math.Max(0, committed - Good), broker.ReadAll(dead).Count);
    }

    private async Task<(string Input, string Output)> TopicsAsync()
    {
        broker.NeedsReal("transactions");
        return (await broker.CreateTopicAsync("shedding"), await broker.CreateTopicAsync("shedding-out"));
    }

    private string Settings(string input, string output, int lanes, string interval, string more) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}} }
          stream_output: {main: {uri: "kafka://{{broker.Bootstrap}}/{{output}}", when_full: shed}{{more}} }
          schema: {id: int64}
          delivery: exactly_once
          {{interval}}
        performance_tuning: {threads: {{lanes}}, cpu_affinity: none, ring_size: 2, payload_size: 4KiB}
        """;

    private Task SendAsync(string topic, long first, int count, Predicate<long> isBad) => broker.ProduceAsync(topic, Enumerable.Range(0, count).Select(i => first + i)
        .Select(id => new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{(isBad(id) ? "x" : "")}{id}}}")) }));

    private long Committed(string input)
    {
        using IConsumer<byte[]?, byte[]?> asker = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "g-" + input });
        return Math.Max(0, asker.Committed([new TopicPartition(input, 0)], TimeSpan.FromSeconds(60)).Single().Offset.Value);
    }
}
