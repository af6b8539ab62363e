using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>Messages longer than a slot of the ring.</summary>
public sealed class LongMessagesTests(Broker broker)
{
    private const int Partitions = 4;

    /// <summary>Many short lines in one message: each is a row, and more of them than a payload of many messages may have.</summary>
    [Theory]
    [InlineData("at_least_once", "", 1)]
    [InlineData("exactly_once", "", 2)]
    [InlineData("exactly_once", "event_time: {field: at}", 1)]
    public async Task All_lines_of_one_message_are_rows(string delivery, string eventTime, int lanes)
    {
        const int Lines = 100_000;
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("lines");
        string output = await broker.CreateTopicAsync("lines-out");
        var text = new StringBuilder();
        for (int i = 0; i < Lines; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{1_000_000 + i},7\n");
        }

        byte[] message = Encoding.ASCII.GetBytes(text.ToString());
        Assert.True(message.Length > 512 << 10);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, MessageMaxBytes = 2_000_000, CompressionType = CompressionType.Lz4 }))
        {
            foreach (byte[] value in new[] { "1,7"u8.ToArray(), message, "2,7\n3,7"u8.ToArray() })
            {
                await producer.ProduceAsync(input, new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = value }, TestContext.Current.CancellationToken);
            }
        }

        await using LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
              input_format: {type: csv, header: false}
              output_format: {type: csv, header: false}
              schema: {id: int64, at: timestamp}
              delivery: {{delivery}}
              {{eventTime}}
            performance_tuning: {threads: {{lanes}}, cpu_affinity: none}
            """).Start();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal((Lines + 3, Lines + 3, 0, 0), (report.Ledger.In, report.Ledger.Out, report.Ledger.Imbalance, report.Ledger.InFlight));
        Assert.Equal(Enumerable.Range(1_000_000, Lines).Prepend(1).Append(2).Append(3), broker.ReadAll(output).Select(r => int.Parse(Encoding.ASCII.GetString(r.Message.Value!).Split(',')[0], CultureInfo.InvariantCulture)));
    }

    /// <summary>More poison than the budget has room for at a time: the next one waits until lanes are done with those before.</summary>
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task Many_that_have_no_room_together_come_one_after_the_other(string delivery)
    {
        const int Letters = 60;
        const int Length = 900_000;
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("many-long", partitions: Partitions);
        string dead = await broker.CreateTopicAsync("many-long-dead", partitions: Partitions);
        byte[] value = new byte[Length];
        new Random(1).NextBytes(value);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, MessageMaxBytes = 2_000_000, LingerMs = 0 }))
        {
            await Task.WhenAll(Enumerable.Range(0, Letters).Select(i => producer.ProduceAsync(new TopicPartition(input, i % Partitions), new Message<byte[]?, byte[]?> { Value = value })));
        }

        await using LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, until: end}
              stream_output: {main: "kafka://{{broker.Bootstrap}}/{{dead}}-none", dead: "kafka://{{broker.Bootstrap}}/{{dead}}"}
              schema: {id: int64}
              delivery: {{delivery}}
            performance_tuning: {threads: 2, cpu_affinity: none, memory_budget: 64MiB}
            """.Replace($"{dead}-none", await broker.CreateTopicAsync("many-long-out"), StringComparison.Ordinal)).Start();
        RunReport report = await pipeline.Run;
        Assert.True(report.ExitCode is 0 or 65, report.Message); // all events were dead
        Assert.Equal((Letters, Letters, 0), (report.Ledger.In, report.Ledger.Dead, report.Ledger.Imbalance));
        Assert.All(broker.ReadAll(dead), letter => Assert.Equal(value, letter.Message.Value));
        Assert.Equal(Letters, broker.ReadAll(dead).Count);
    }
}
