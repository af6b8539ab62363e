using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Config;
using DataStream.Formats;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Plans;
using DataStream.Sinks;
using DataStream.Tests.Host;
using Xunit;
using Calls = DataStream.Kafka.Native.RdKafka;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>What the sink makes of frames: partitions, order, and a queue that is full.</summary>
public sealed class ProducerTests(Broker broker)
{
    private const int Partitions = 7;
    private const int Messages = 20_000;

    /// <summary>Messages with and without key, time and headers, in slots of odd sizes.</summary>
    [Fact]
    public async Task A_key_goes_where_Javas_clients_send_it_and_its_messages_keep_their_order()
    {
        const int Seed = 5;
        string topic = await broker.CreateTopicAsync("frames", partitions: Partitions);
        var random = new Random(Seed);
        byte[] frames = [.. Enumerable.Range(0, Messages).SelectMany(i => Frame(random.Next(10) == 0 ? null : $"k{random.Next(50)}", i, random.Next(3) == 0 ? 1_700_000_000_000 + i : MessageFrame.NoTime, hasHeader: random.Next(9) == 0))];
        using (Sink sink = SinkOf(topic))
        {
            long payload = 0;
            for (int at = 0; at < frames.Length; payload++)
            {
                int length = Math.Min(frames.Length - at, random.Next(1, 60_000));
                sink.Write(frames.AsSpan(at, length));
                at += length;
                if (random.Next(3) == 0 || at == frames.Length)
                {
                    sink.EndPayload(payload);
                }
            }

            sink.Complete();
            Assert.Equal(payload, sink.Acknowledged);
        }

        List<ConsumeResult<byte[]?, byte[]?>> all = [.. broker.ReadAll(topic)];
        Assert.Equal(Enumerable.Range(0, Messages), all.Select(NumberOf).Order());
        foreach (IGrouping<string, ConsumeResult<byte[]?, byte[]?>> key in all.Where(r => r.Message.Key is not null).GroupBy(r => Encoding.UTF8.GetString(r.Message.Key!)))
        {
            Assert.Equal(Calls.PartitionOf(Encoding.UTF8.GetBytes(key.Key), Partitions), Assert.Single(key.Select(r => r.Partition.Value).Distinct()));
            int[] numbers = [.. key.OrderBy(r => r.Offset.Value).Select(NumberOf)];
            Assert.Equal(numbers.Order(), numbers);
        }
    }

    /// <summary>More than the queue has room for, before the client knows where the partitions are: it waits for room without a lock that the client needs.</summary>
    [Fact]
    public async Task A_full_queue_is_waited_for_from_the_first_message_on()
    {
        string topic = await broker.CreateTopicAsync("flood", partitions: 2);
        using Sink sink = SinkOf(topic);
        byte[] frames = [.. Enumerable.Range(0, 200).SelectMany(i => Frame($"k{i}", i, MessageFrame.NoTime, hasHeader: false, new string('x', 1000)))];
        const int Payloads = 100; // 20 MB, the queue has 16
        for (int payload = 0; payload < Payloads; payload++)
        {
            sink.Write(frames);
            sink.EndPayload(payload);
        }

        sink.Complete();
        Assert.Equal(Payloads, sink.Acknowledged);
    }

    [Fact]
    public async Task Partitions_that_somebody_adds_are_met()
    {
        broker.NeedsReal("partitions added");
        string topic = await broker.CreateTopicAsync("grown", partitions: 2);
        using var client = new ProducerClient(new ProducerConfig { BootstrapServers = broker.Bootstrap }, null);
        nint handle = Calls.NewTopic(client.Value, topic, 0);
        var count = new PartitionCount(1, TimeSpan.Zero);
        Assert.Equal(2, count.Now(client.Value, handle));
        using (IAdminClient admin = broker.Admin())
        {
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = topic, IncreaseTo = 5 }]);
        }

        while (count.Now(client.Value, handle) != 5)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        Calls.DestroyTopic(handle);
    }

    /// <summary>The client would wait for room that its queue never has: that goes by the longest message.</summary>
    [Fact]
    public async Task A_message_longer_than_the_usual_queue_is_sent()
    {
        const int Length = 3 << 20; // the queue's share of the memory is 1 MiB
        broker.NeedsReal("limits of topics");
        string topic = await broker.CreateTopicAsync("long", settings: new Dictionary<string, string> { ["max.message.bytes"] = "8000000" });
        Sink sink = SinkOf(topic, ", options: {message.max.bytes: 4000000}", "performance_tuning: {memory_budget: 8MiB}");
        await Task.Run(() =>
        {
            sink.Write(Frame("k", 0, MessageFrame.NoTime, hasHeader: false, new string('x', Length)));
            sink.EndPayload(0);
            sink.Complete();
        }, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        sink.Dispose();
        Assert.Equal(Length, Assert.Single(broker.ReadAll(topic)).Message.Value!.Length);
    }

    /// <summary>A broker takes 1,048,588 bytes where nobody says otherwise, the client 1,000,000: the broker decides, however small the queue is.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("performance_tuning: {memory_budget: 8MiB}")]
    public async Task What_a_broker_takes_by_itself_is_sent(string tuning)
    {
        const int Length = 1_048_400;
        broker.NeedsReal("limits of messages");
        string topic = await broker.CreateTopicAsync("limit");
        byte[] noise = new byte[Length * 3 / 4];
        new Random(1).NextBytes(noise); // that cannot be compressed
        using (Sink sink = SinkOf(topic, "", tuning))
        {
            sink.Write(Frame("k", 0, MessageFrame.NoTime, hasHeader: false, Convert.ToBase64String(noise)));
            sink.EndPayload(0);
            sink.Complete();
        }

        Assert.Equal(Length, Assert.Single(broker.ReadAll(topic)).Message.Value!.Length);
    }

    private Sink SinkOf(string topic, string more = "", string tuning = "")
    {
        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: "generator:sensors?events=1"
              stream_output: {uri: "kafka://{{broker.Bootstrap}}/{{topic}}"{{more}} }
              output_format: json
            {{tuning}}
            """));
        Sink sink = new KafkaConnector().BindOutput(config.Stream.Outputs.Single(), config, new ConfigErrors())!.CreateSink();
        sink.Open();
        return sink;
    }

    private static int NumberOf(ConsumeResult<byte[]?, byte[]?> result) => int.Parse(Encoding.UTF8.GetString(result.Message.Value!), CultureInfo.InvariantCulture);

    private static byte[] Frame(string? key, int number, long milliseconds, bool hasHeader, string? value = null)
    {
        byte[] keyBytes = Encoding.UTF8.GetBytes(key ?? "");
        byte[] body = Encoding.UTF8.GetBytes(value ?? number.ToString(CultureInfo.InvariantCulture));
        byte[] headers = new byte[hasHeader ? MessageHeaders.SizeOf("h"u8, "v"u8) : 0];
        if (hasHeader)
        {
            MessageHeaders.Write("h"u8, "v"u8, true, headers);
        }

        byte[] head = new byte[MessageFrame.HeadLength];
        MessageFrame.WriteHead(head, key is null ? -1 : keyBytes.Length, headers.Length, body.Length, milliseconds);
        return [.. head, .. keyBytes, .. headers, .. body];
    }
}
