using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>What no waiting mends ends the run and is named; what mends itself does not.</summary>
public sealed class PermanentFaultTests(Broker broker)
{
    private const string Quick = "topic.metadata.refresh.interval.ms: 500, topic.metadata.propagation.max.ms: 500";

    [Theory]
    [InlineData("{0}", "{0}", 74)]
    [InlineData("^{0}.*", "{0}-out", 74)]
    [InlineData("{0}", "{0}-out", 0)]
    public async Task An_output_that_the_input_reads_is_refused(string read, string written, int code)
    {
        string topic = await broker.CreateTopicAsync("loop");
        if (code == 0)
        {
            broker.NeedsReal("topics by name");
            using IAdminClient admin = broker.Admin();
            await admin.CreateTopicsAsync([new() { Name = topic + "-out", NumPartitions = 1 }]);
        }

        string Name(string pattern) => string.Format(CultureInfo.InvariantCulture, pattern, topic);
        using var scratch = new Scratch();
        Outcome run = Command.Run(scratch.Folder, "run", scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{Name(read)}}", group: g, until: end}
              stream_output: "kafka://{{broker.Bootstrap}}/{{Name(written)}}"
              schema: {id: int64}
            """));
        Assert.True(run.Code == code, run.Error);
        Assert.Equal(code == 74, run.Error.Contains("the output 'main' is also read by the input", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topic_that_is_deleted_ends_its_reader_by_name()
    {
        broker.NeedsReal("deleting of topics");
        string input = await broker.CreateTopicAsync("gone");
        await using LivePipeline pipeline = await StartAsync(input, await broker.CreateTopicAsync("gone-out"));
        using (IAdminClient admin = broker.Admin())
        {
            await admin.DeleteTopicsAsync([input]);
        }

        RunReport report = await pipeline.Run;
        Assert.Equal(75, report.ExitCode);
        Assert.Contains($"topic '{input}': cannot read as User:ANONYMOUS", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_ends_its_writer_by_name()
    {
        broker.NeedsReal("deleting of topics");
        string input = await broker.CreateTopicAsync("feeds");
        string output = await broker.CreateTopicAsync("feeds-out");
        await using LivePipeline pipeline = await StartAsync(input, output);
        using (IAdminClient admin = broker.Admin())
        {
            await admin.DeleteTopicsAsync([output]);
        }

        while (!pipeline.Run.IsCompleted)
        {
            await broker.ProduceAsync(input, Row("2"));
        }

        RunReport report = await pipeline.Run;
        Assert.Equal(75, report.ExitCode);
        Assert.Contains($"topic '{output}'", report.Message, StringComparison.Ordinal);
        Assert.Contains("(output 'main'): cannot write as User:ANONYMOUS", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_is_too_large_for_the_topic_ends_the_run_by_name()
    {
        broker.NeedsReal("limits of topics");
        string input = await broker.CreateTopicAsync("large");
        string output = await broker.CreateTopicAsync("large-out", settings: new Dictionary<string, string> { ["max.message.bytes"] = "2000" });
        await using LivePipeline pipeline = await StartAsync(input, output);
        var random = new Random(5);
        await broker.ProduceAsync(input, Row("\"" + string.Create(5000, random, (text, dice) => { for (int i = 0; i < text.Length; i++) { text[i] = (char)dice.Next('0', 'z' - 30); } }) + "\""));
        RunReport report = await pipeline.Run;
        Assert.Equal(75, report.ExitCode);
        Assert.Contains($"topic '{output}', partition 0 (output 'main'): cannot write as User:ANONYMOUS", report.Message, StringComparison.Ordinal);
        Assert.Contains("MSG_SIZE_TOO_LARGE", report.Message, StringComparison.Ordinal);
    }

    /// <summary>Runs, and has passed a row on.</summary>
    private async Task<LivePipeline> StartAsync(string input, string output)
    {
        await broker.ProduceAsync(input, Row("1"));
        LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, options: { {{Quick}} } }
              stream_output: {uri: "kafka://{{broker.Bootstrap}}/{{output}}", options: { {{Quick}}, linger.ms: 0} }
              schema: {id: text}
            error_handling: {retry: {max_attempts: 2, backoff: 10ms} }
            performance_tuning: {threads: 1, cpu_affinity: none}
            """).Start();
        await foreach (MonitoringSnapshot snapshot in pipeline.Processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken))
        {
            if (snapshot.Status.RowsOut.GetValueOrDefault("main") > 0)
            {
                break;
            }
        }

        return pipeline;
    }

    private static Message<byte[]?, byte[]?> Row(string id) => new() { Value = Encoding.UTF8.GetBytes($"{{\"id\":{id}}}") };
}
