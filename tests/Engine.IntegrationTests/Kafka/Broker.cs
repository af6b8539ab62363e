using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Xunit;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>
/// The broker that all tests of this assembly share, each with topics of its own: a real Apache Kafka where there is one (KAFKA_HOME, Java 17),
/// else librdkafka's mock cluster. Which one is said on the console.
/// </summary>
public sealed class Broker : IAsyncLifetime
{
    private static int s_topics;

    private readonly MockNodes? _mock;

    public Broker()
    {
        Home = KafkaHome.Find(out string missing);
        if (Home is null)
        {
            _mock = new MockNodes(1);
            Say($"librdkafka's MOCK cluster, no real Kafka ({missing}): what it cannot do is skipped. "
                + "For all tests set KAFKA_HOME to an Apache Kafka 4 distribution and have Java 17 or later.");
        }
    }

    /// <summary>For clusters of a test's own; null on the mock.</summary>
    public KafkaHome? Home { get; }

    /// <summary>The real cluster; a test that wants it asks <see cref="NeedsReal"/> first.</summary>
    public KafkaNodes? Nodes { get; private set; }

    /// <summary>The addresses that speak plaintext.</summary>
    public string Bootstrap => Nodes?.Bootstrap(BrokerListener.Plaintext) ?? _mock!.Bootstrap;

    public async ValueTask InitializeAsync()
    {
        if (Home is not null)
        {
            Nodes = await KafkaNodes.StartAsync(Home, 1);
            Say($"a real Apache Kafka {Home.Version} (KRaft, one node) at {Bootstrap}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _mock?.Dispose();
        if (Nodes is not null)
        {
            await Nodes.DisposeAsync();
        }
    }

    /// <summary>Skips the test on the mock cluster, saying what it lacks.</summary>
    public KafkaNodes NeedsReal(string what)
    {
        Assert.SkipWhen(Nodes is null, $"librdkafka's mock cluster has no {what}: set KAFKA_HOME");
        return Nodes!;
    }

    /// <summary>A topic that no other test has.</summary>
    public async Task<string> CreateTopicAsync(string name, int partitions = 1, Dictionary<string, string>? settings = null)
    {
        string topic = $"{name}-{Interlocked.Increment(ref s_topics)}";
        if (_mock is not null)
        {
            _mock.CreateTopic(topic, partitions);
            return topic;
        }

        using IAdminClient admin = Admin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = -1, Configs = settings }]);
        return topic;
    }

    public IAdminClient Admin() => Admin(Bootstrap);

    private static IAdminClient Admin(string bootstrap) => Clients.Admin(new AdminClientConfig { BootstrapServers = bootstrap });

    /// <summary>Sends messages and waits until all are acknowledged.</summary>
    public async Task ProduceAsync(string topic, params IEnumerable<Message<byte[]?, byte[]?>> messages)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = Bootstrap, LingerMs = 0 });
        await Task.WhenAll(messages.Select(message => producer.ProduceAsync(topic, message)));
    }

    /// <summary>What a topic holds, by an independent reader: of each partition all up to its present end.</summary>
    public IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> ReadAll(string topic, IsolationLevel isolation = IsolationLevel.ReadCommitted) => ReadAll(Bootstrap, topic, isolation);

    /// <summary>The same of any cluster.</summary>
    public static IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> ReadAll(string bootstrap, string topic, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var settings = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "reader-" + topic, EnableAutoCommit = false, EnablePartitionEof = true, IsolationLevel = isolation };
        using IConsumer<byte[]?, byte[]?> consumer = Clients.Consumer(settings);
        using IAdminClient admin = Admin(bootstrap);
        List<TopicPartitionOffset> starts =
            [.. admin.GetMetadata(topic, TimeSpan.FromSeconds(60)).Topics.Single().Partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning))];
        consumer.Assign(starts);
        List<ConsumeResult<byte[]?, byte[]?>> all = [];
        for (int ended = 0; ended < starts.Count;)
        {
            ConsumeResult<byte[]?, byte[]?> result = consumer.Consume(TestContext.Current.CancellationToken);
            if (result.IsPartitionEOF)
            {
                ended++;
            }
            else
            {
                all.Add(result);
            }
        }

        return all;
    }

    private static void Say(string text) => Console.Error.WriteLine($"BROKER: {text}");
}
