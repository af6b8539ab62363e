using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;

namespace DataStream.Bench.Kafka;

/// <summary>A real broker of its own on loopback, as the integration tests start it, with the topics of the rows.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    public const int Partitions = 4;

    private static readonly DateTime s_start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly KafkaNodes _nodes;

    private Cluster(KafkaNodes nodes, string version) => (_nodes, Version, Bootstrap) = (nodes, version, nodes.Bootstrap(BrokerListener.Plaintext));

    public string Version { get; }

    public string Bootstrap { get; }

    /// <summary>Null, with a line on stderr, where there is no Kafka to start.</summary>
    public static async Task<Cluster?> StartAsync()
    {
        if (KafkaHome.Find(out string missing) is { } home)
        {
            return new Cluster(await KafkaNodes.StartAsync(home, 1, isMeasured: true).ConfigureAwait(false), home.Version);
        }

        Console.Error.WriteLine($"The rows are of a real Apache Kafka 4: set KAFKA_HOME, with Java 17 ({missing}).");
        return null;
    }

    public async Task CreateAsync(string topic)
    {
        using IAdminClient admin = Clients.Admin(new AdminClientConfig { BootstrapServers = Bootstrap });
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = Partitions, ReplicationFactor = 1 }]).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string topic)
    {
        using IAdminClient admin = Clients.Admin(new AdminClientConfig { BootstrapServers = Bootstrap });
        await admin.DeleteTopicsAsync([topic]).ConfigureAwait(false);
    }

    /// <summary>Messages of so many random letters and digits.</summary>
    public Task FillAsync(string topic, int messages, int length)
    {
        var random = new Random(7);
        byte[] letters = new byte[1 << 20];
        for (int i = 0; i < letters.Length; i++)
        {
            letters[i] = (byte)"abcdefghijklmnopqrstuvwxyz0123456789"[random.Next(36)];
        }

        return FillAsync(topic, messages, i => (null, letters.AsSpan((int)(i * 7919L % (letters.Length - length)), length).ToArray()));
    }

    /// <summary>Sensor events of a thousand devices, ten thousand a second of event time, keyed by device: about 135 bytes.</summary>
    public Task FillSensorsAsync(string topic, int messages)
    {
        var random = new Random(7);
        return FillAsync(topic, messages, i =>
        {
            string device = string.Create(CultureInfo.InvariantCulture, $"device-{random.Next(1000):D4}");
            string row = string.Create(CultureInfo.InvariantCulture,
                $"{{\"timestamp\":\"{s_start.AddTicks(i * 1000L):yyyy-MM-ddTHH:mm:ss.fffZ}\",\"device\":\"{device}\",\"region\":\"region-{random.Next(8)}\",\"temperature\":{Math.Round((random.NextDouble() * 65) - 20, 2)},\"pressure\":{Math.Round((random.NextDouble() * 100) + 950, 2)},\"status\":{(random.Next(10) == 0 ? 1 : 0)}}}");
            return (Encoding.UTF8.GetBytes(device), Encoding.UTF8.GetBytes(row));
        });
    }

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private async Task FillAsync(string topic, int messages, Func<int, (byte[]? Key, byte[] Value)> make)
    {
        await CreateAsync(topic).ConfigureAwait(false);
        var settings = new ProducerConfig { BootstrapServers = Bootstrap, LingerMs = 20, BatchSize = 1_000_000, BatchNumMessages = 100_000, EnableDeliveryReports = false, Partitioner = Partitioner.Murmur2Random };
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(settings);
        for (int i = 0; i < messages; i++)
        {
            (byte[]? key, byte[] value) = make(i);
            Send(producer, new TopicPartition(topic, key is null ? new Partition(i / 100 % Partitions) : Partition.Any), new Message<byte[]?, byte[]?> { Key = key, Value = value });
        }

        producer.Flush(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sends one message, and waits where the client's queue is full.</summary>
    public static void Send(IProducer<byte[]?, byte[]?> producer, TopicPartition target, Message<byte[]?, byte[]?> message, Action<DeliveryReport<byte[]?, byte[]?>>? delivered = null)
    {
        while (true)
        {
            try
            {
                producer.Produce(target, message, delivered);
                return;
            }
            catch (ProduceException<byte[]?, byte[]?> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                producer.Poll(TimeSpan.FromMilliseconds(1));
            }
        }
    }

    public static IReadOnlyList<TopicPartitionOffset> Beginning(string topic) => [.. Enumerable.Range(0, Partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning))];
}
