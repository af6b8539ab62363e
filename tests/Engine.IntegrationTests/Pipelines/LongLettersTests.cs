using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>Poison messages about as long as a broker takes them by itself.</summary>
public sealed class LongLettersTests(Broker broker)
{
    private const int Length = 1_048_000; // the letter's own headers make 1,048,588 of it, nearly

    [Theory]
    [InlineData("")]
    [InlineData(", partitioned_by: repartition")]
    public async Task A_long_message_is_a_letter_with_all_its_bytes_its_key_and_its_headers(string more)
    {
        broker.NeedsReal("limits of messages");
        string input = await broker.CreateTopicAsync("longest");
        string output = await broker.CreateTopicAsync("longest-out");
        string dead = await broker.CreateTopicAsync("longest-dead");
        byte[] noise = new byte[Length * 3 / 4];
        new Random(1).NextBytes(noise); // that cannot be compressed
        string text = Convert.ToBase64String(noise);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, MessageMaxBytes = 2_000_000 }))
        {
            await producer.ProduceAsync(input, new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = Encoding.UTF8.GetBytes(text), Headers = [new Header("trace", [7])] }, TestContext.Current.CancellationToken);
            await producer.ProduceAsync(input, new Message<byte[]?, byte[]?> { Key = "k"u8.ToArray(), Value = "{\"id\":1}"u8.ToArray() }, TestContext.Current.CancellationToken);
        }

        using var scratch = new Scratch();
        scratch.Write("pipeline.yaml", $$$"""
            stream_settings:
              stream_input: {uri: "kafka://{{{broker.Bootstrap}}}/{{{input}}}", group: "g-{{{input}}}", until: end{{{more}}}}
              stream_output: {main: "kafka://{{{broker.Bootstrap}}}/{{{output}}}", dead: "kafka://{{{broker.Bootstrap}}}/{{{dead}}}"}
              input_format: json
              output_format: json
              schema: {id: int64}
            performance_tuning: {threads: 1, cpu_affinity: none}
            {{{(more.Length > 0 ? "modules: [{module_name: all, module_class: window, global: true, key: [id], aggregates: {n: count()}}]" : "")}}}
            """);
        Outcome outcome = Command.Run(scratch.Folder, "run", "pipeline.yaml", "--no-progress");
        Assert.True(outcome.Code == 0, outcome.Error);
        ConsumeResult<byte[]?, byte[]?> letter = Assert.Single(broker.ReadAll(dead));
        Assert.Equal(("k", Length, 7), (Encoding.UTF8.GetString(letter.Message.Key!), letter.Message.Value!.Length, letter.Message.Headers.GetLastBytes("trace").Single()));
        Assert.Equal(text, Encoding.UTF8.GetString(letter.Message.Value!));
        Assert.Equal("record_too_long", Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("ds.reason")));
        Assert.Single(broker.ReadAll(output));
    }
}
