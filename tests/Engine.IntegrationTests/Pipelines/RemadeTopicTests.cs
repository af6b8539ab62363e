using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>A topic that is deleted and made again with fewer partitions while it is written to: partitions that keys were given to are gone.</summary>
public sealed class RemadeTopicTests(Broker broker)
{
    private const int Keys = 40;

    /// <summary>The run ends at once by the next question for the topic, or within the transaction's time-out, and the next start sends on what did not come through.</summary>
    [Theory]
    [InlineData("at_least_once", 500)]
    [InlineData("exactly_once", 500)]
    [InlineData("exactly_once", 300_000)]
    public async Task The_run_ends_by_name_and_the_next_one_goes_on(string delivery, int refresh)
    {
        broker.NeedsReal("deleting of topics");
        string input = await broker.CreateTopicAsync("feed");
        string output = await broker.CreateTopicAsync("remade", partitions: 8);
        string settings = $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}} }
              stream_output: {uri: "kafka://{{broker.Bootstrap}}/{{output}}", key: id, options: {topic.metadata.refresh.interval.ms: {{refresh}}, linger.ms: 0} }
              schema: {id: int64}
              delivery: {{delivery}}
              commit_interval: 20ms
            performance_tuning: {threads: 1, cpu_affinity: none}
            """;
        LivePipeline pipeline = new LivePipeline(settings).Start();
        int sent = 0;
        Task SendAsync() => broker.ProduceAsync(input, Enumerable.Range(sent, Keys).Select(id => new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes($"{{\"id\":{sent++}}}") }));
        await SendAsync();
        while (broker.ReadAll(output).Count < Keys)
        {
            Assert.False(pipeline.Run.IsCompleted);
        }

        await RemakeAsync(output, partitions: 2);
        while (!pipeline.Run.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await SendAsync();
        }

        RunReport report = await pipeline.Run;
        Assert.Equal(75, report.ExitCode);
        Assert.True(Regex.IsMatch(report.Message!, $"topic '{output}'(, partition [2-7])?( \\(output 'main'\\))?: cannot write as User:ANONYMOUS.*made again with fewer partitions: start again"), report.Message);
        await pipeline.DisposeAsync(); // its transactions' name is the next one's
        await using LivePipeline next = new LivePipeline(settings.Replace($"group: g-{input}", $"group: g-{input}, until: end", StringComparison.Ordinal)).Start();
        report = await next.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        int[] ids = [.. broker.ReadAll(output).Select(r => int.Parse(Encoding.UTF8.GetString(r.Message.Value!)["{\"id\":".Length..^1], CultureInfo.InvariantCulture)).Order()];
        Assert.Equal(Enumerable.Range(Keys, sent - Keys), delivery == "exactly_once" ? ids : ids.Distinct().Where(id => id >= Keys));
    }

    /// <summary>Also one that has grown since the start, and one of a pattern.</summary>
    [Theory]
    [InlineData(4, 4, false)]
    [InlineData(2, 4, false)]
    [InlineData(4, 4, true)]
    public async Task Its_reader_ends_by_name(int first, int grown, bool isPattern)
    {
        broker.NeedsReal("deleting of topics");
        string input = await broker.CreateTopicAsync("remade-feed", partitions: first);
        string output = await broker.CreateTopicAsync("remade-feed-out");
        await using LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{(isPattern ? $"^{input}.*" : input)}}", group: g-{{input}}, options: {topic.metadata.refresh.interval.ms: 500} }
              stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
              schema: {id: int64}
            error_handling: {retry: {max_attempts: 100, backoff: 100ms, max_backoff: 100ms} }
            performance_tuning: {threads: 1, cpu_affinity: none}
            """).Start();
        if (grown > first)
        {
            using IAdminClient admin = broker.Admin();
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = input, IncreaseTo = grown }]);
        }

        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap }))
        {
            await Task.WhenAll(Enumerable.Range(0, grown).Select(id => producer.ProduceAsync(new TopicPartition(input, id), new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes($"{{\"id\":{id}}}") })));
        }

        while (broker.ReadAll(output).Count < grown)
        {
            Assert.False(pipeline.Run.IsCompleted);
        }

        await RemakeAsync(input, partitions: grown - 1);
        RunReport report = await pipeline.Run;
        Assert.Equal(75, report.ExitCode);
        Assert.Contains($"topic '{input}': cannot read as User:ANONYMOUS: it was made again with fewer partitions, {grown - 1} instead of {grown}: start again", report.Message, StringComparison.Ordinal);
    }

    private async Task RemakeAsync(string topic, int partitions)
    {
        using IAdminClient admin = broker.Admin();
        await admin.DeleteTopicsAsync([topic]);
        for (bool isMade = false; !isMade;)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);
                isMade = true;
            }
            catch (CreateTopicsException)
            {
                // The old one is still being deleted.
            }
        }
    }
}
