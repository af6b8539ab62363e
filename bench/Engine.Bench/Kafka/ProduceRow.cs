using System;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Formats;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Plans;
using DataStream.Sinks;

namespace DataStream.Bench.Kafka;

/// <summary>K2: messages of a key and a value, until the brokers have acknowledged all, by the sink alone and by Confluent's <c>Produce</c> with delivery reports.</summary>
/// <remarks>The clock begins when one more is acknowledged: an idempotent client waits half a second for its producer's id, and goes on taking messages while its queue has room.</remarks>
internal sealed class ProduceRow(Cluster cluster, int messages, int length)
{
    private const int PayloadSize = 256 * 1024;
    private const int KeyLength = 11;
    private const long EventTime = 1_767_225_600_000;

    private readonly byte[] _values = Letters(1 << 20);

    /// <summary>The sink as a writer calls it: payload by payload, encoded before.</summary>
    public Measured Engine(string topic, bool hasTime)
    {
        PipelineConfig config = Pipelines.Load($$"""
            stream_settings:
              stream_input: "generator:sensors?events=1"
              stream_output: "kafka://{{cluster.Bootstrap}}/{{topic}}"
              output_format: json
            """);
        var errors = new ConfigErrors();
        ConnectorOutput output = new KafkaConnector { KeepsFreedMemory = true }.BindOutput(config.Stream.Outputs.Single(), config, errors) ?? throw new InvalidOperationException(errors.Sorted()[0].ToString());
        using Sink sink = output.CreateSink();
        sink.Open();
        int size = MessageFrame.HeadLength + KeyLength + length;
        byte[] payload = new byte[PayloadSize / size * size];
        int sent = 0;
        Fill(0);
        sink.Write(payload.AsSpan(0, size));
        sink.EndPayload(0);
        SpinWait.SpinUntil(() => sink.Acknowledged > 0);
        Func<long, Measured> end = Measured.Begin();
        for (long number = 1; sent < messages; number++)
        {
            int at = 0;
            for (; at < payload.Length && sent < messages; at += size, sent++)
            {
                Fill(at);
            }

            sink.Write(payload.AsSpan(0, at));
            sink.EndPayload(number);
        }

        sink.Complete();
        return end(messages);

        void Fill(int at)
        {
            Span<byte> frame = payload.AsSpan(at, size);
            MessageFrame.WriteHead(frame, KeyLength, 0, length, hasTime ? EventTime : MessageFrame.NoTime);
            WriteKey(frame[MessageFrame.HeadLength..], sent);
            Value(sent).CopyTo(frame[(MessageFrame.HeadLength + KeyLength)..]);
        }
    }

    public Measured Peer(string topic, bool hasTime)
    {
        var settings = new ProducerConfig
        {
            BootstrapServers = cluster.Bootstrap,
            EnableIdempotence = true,
            LingerMs = 5,
            BatchSize = 1_000_000,
            BatchNumMessages = 100_000,
            CompressionType = CompressionType.Lz4,
            Partitioner = Partitioner.Murmur2Random,
            QueueBufferingMaxMessages = 1_000_000,
            QueueBufferingMaxKbytes = 65_536,
        };
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(settings);
        long arrived = 0;
        Action<DeliveryReport<byte[]?, byte[]?>> delivered = report =>
        {
            if (!report.Error.IsError)
            {
                Interlocked.Increment(ref arrived);
            }
        };
        var target = new TopicPartition(topic, Partition.Any);
        Send(0);
        SpinWait.SpinUntil(() => Interlocked.Exchange(ref arrived, 0) == 1);
        Func<long, Measured> end = Measured.Begin();
        for (int sent = 0; sent < messages; sent++)
        {
            Send(sent);
        }

        producer.Flush(Timeout.InfiniteTimeSpan);
        SpinWait.SpinUntil(() => Interlocked.Read(ref arrived) == messages); // the last report may be in its handler still
        return end(messages);

        void Send(int sent)
        {
            byte[] key = new byte[KeyLength];
            WriteKey(key, sent);
            var message = new Message<byte[]?, byte[]?> { Key = key, Value = Value(sent).ToArray() };
            if (hasTime)
            {
                message.Timestamp = new Confluent.Kafka.Timestamp(EventTime, TimestampType.CreateTime);
            }

            Cluster.Send(producer, target, message, delivered);
        }
    }

    private ReadOnlySpan<byte> Value(int index) => _values.AsSpan((int)(index * 7919L % (_values.Length - length)), length);

    private static void WriteKey(Span<byte> target, int index)
    {
        "device-0000"u8.CopyTo(target);
        for (int digit = KeyLength - 1, rest = index % 1000; rest > 0; digit--, rest /= 10)
        {
            target[digit] = (byte)('0' + (rest % 10));
        }
    }

    private static byte[] Letters(int count)
    {
        var random = new Random(7);
        byte[] letters = new byte[count];
        for (int i = 0; i < count; i++)
        {
            letters[i] = (byte)"abcdefghijklmnopqrstuvwxyz0123456789"[random.Next(36)];
        }

        return letters;
    }
}
