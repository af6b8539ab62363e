using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>Topics by a pattern, as the client matches it.</summary>
public sealed class PatternTests(Broker broker)
{
    /// <summary>What .NET takes for a class of characters, and the C library for one that it does not have.</summary>
    [Fact]
    public void A_pattern_that_the_client_refuses_is_told()
    {
        using var scratch = new Scratch();
        Outcome run = Command.Run(scratch.Folder, "run", scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/^[[:sorts:]]+", group: g, until: end}
              stream_output: discard
              schema: {id: int64}
            """));
        Assert.True(run.Code == 2, run.Error);
        Assert.Contains("cannot subscribe to '^[[:sorts:]]+'", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Two topics of a pattern that are there, and one that comes later.</summary>
    [Fact]
    public async Task A_pattern_reads_all_its_topics_and_those_that_come_later()
    {
        broker.NeedsReal("topics by name");
        string name = await broker.CreateTopicAsync("sorts");
        using IAdminClient admin = broker.Admin();
        await admin.CreateTopicsAsync([new() { Name = name + "-1", NumPartitions = 1 }, new() { Name = name + "-2", NumPartitions = 1 }]);
        string output = await broker.CreateTopicAsync("sorted");
        await using LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/^{{name}}-[0-9]$", group: g-{{name}}, options: {topic.metadata.refresh.interval.ms: 500} }
              stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
              output_format: json
              schema: {id: int64}
            """).Start();
        await broker.ProduceAsync(name + "-1", Row("1"));
        await broker.ProduceAsync(name + "-2", Row("2"));
        await ArrivedAsync(pipeline, 2);
        await admin.CreateTopicsAsync([new() { Name = name + "-3", NumPartitions = 1 }]);
        await broker.ProduceAsync(name + "-3", Row("3"));
        await broker.ProduceAsync(name, Row("4")); // not of the pattern

        await ArrivedAsync(pipeline, 3);

        Assert.Equal(0, (await pipeline.StopAsync()).ExitCode);
        Assert.Equal(["{\"id\":1}", "{\"id\":2}", "{\"id\":3}"], broker.ReadAll(output).Select(r => Encoding.UTF8.GetString(r.Message.Value!)).Order(StringComparer.Ordinal));
    }

    /// <summary>Waits until so many rows were written.</summary>
    private static async Task ArrivedAsync(LivePipeline pipeline, long rows)
    {
        await foreach (MonitoringSnapshot snapshot in pipeline.Processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken))
        {
            if (snapshot.Status.RowsOut.GetValueOrDefault("main") >= rows)
            {
                break;
            }

            Assert.False(pipeline.Run.IsCompleted);
        }
    }

    private static Message<byte[]?, byte[]?> Row(string id) => new() { Value = Encoding.UTF8.GetBytes($"{{\"id\":{id}}}") };
}
