using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Registry;
using Xunit;

[assembly: AssemblyFixture(typeof(Broker))]
[assembly: AssemblyFixture(typeof(RegistryServer))]

namespace DataStream.IntegrationTests;

/// <summary>The broker of these tests does what the others build upon.</summary>
public sealed class BrokerTests(Broker broker)
{
    [Fact]
    public async Task Messages_come_back_as_they_were_sent()
    {
        string topic = await broker.CreateTopicAsync("round", partitions: 3);
        await broker.ProduceAsync(topic, Enumerable.Range(0, 100).Select(i => new Message<byte[]?, byte[]?>
        {
            Key = Encoding.UTF8.GetBytes($"k{i % 7}"),
            Value = Encoding.UTF8.GetBytes($"v{i}"),
            Headers = [new Header("h", [1, 2])],
        }));
        var all = broker.ReadAll(topic);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"k{i % 7}=v{i}").Order(StringComparer.Ordinal),
            all.Select(r => $"{Encoding.UTF8.GetString(r.Message.Key!)}={Encoding.UTF8.GetString(r.Message.Value!)}").Order(StringComparer.Ordinal));
        Assert.All(all, r => Assert.Equal([1, 2], r.Message.Headers.GetLastBytes("h")));
    }

    [Fact]
    public void Every_listener_answers_its_own_client()
    {
        KafkaNodes nodes = broker.NeedsReal("TLS and SASL");
        Certificates certificates = nodes.Certificates;
        var sasl = new AdminClientConfig { SecurityProtocol = SecurityProtocol.SaslSsl, SslCaLocation = certificates.Authority, SaslUsername = KafkaNodes.User, SaslPassword = KafkaNodes.Password };
        Answers(BrokerListener.Tls, new AdminClientConfig { SecurityProtocol = SecurityProtocol.Ssl, SslCaLocation = certificates.Authority });
        Answers(BrokerListener.MutualTls, new AdminClientConfig
        {
            SecurityProtocol = SecurityProtocol.Ssl,
            SslCaLocation = certificates.Authority,
            SslCertificateLocation = certificates.Client,
            SslKeyLocation = certificates.ClientKey,
        });
        foreach (SaslMechanism mechanism in new[] { SaslMechanism.Plain, SaslMechanism.ScramSha256, SaslMechanism.ScramSha512 })
        {
            sasl.SaslMechanism = mechanism;
            Answers(BrokerListener.SaslTls, sasl);
        }
    }

    [Fact]
    public async Task A_broker_that_was_killed_comes_back_with_its_messages()
    {
        broker.NeedsReal("restart");
        await using KafkaNodes nodes = await KafkaNodes.StartAsync(broker.Home!, 1);
        string address = nodes.Bootstrap(BrokerListener.Plaintext);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = address }))
        using (IAdminClient admin = Clients.Admin(new AdminClientConfig { BootstrapServers = address }))
        {
            await admin.CreateTopicsAsync([new() { Name = "kept", NumPartitions = 1, ReplicationFactor = 1 }]);
            await producer.ProduceAsync("kept", new Message<byte[]?, byte[]?> { Value = [1] }, TestContext.Current.CancellationToken);
            await nodes.KillAsync(0);
            await nodes.UpAsync(0);
            await producer.ProduceAsync("kept", new Message<byte[]?, byte[]?> { Value = [2] }, TestContext.Current.CancellationToken);
        }

        using IConsumer<byte[]?, byte[]?> consumer = Clients.Consumer(new ConsumerConfig { BootstrapServers = address, GroupId = "g", EnableAutoCommit = false });
        consumer.Assign(new TopicPartitionOffset("kept", 0, Offset.Beginning));
        Assert.Equal([1], consumer.Consume(TestContext.Current.CancellationToken).Message.Value!);
        Assert.Equal([2], consumer.Consume(TestContext.Current.CancellationToken).Message.Value!);
    }

    private void Answers(BrokerListener listener, AdminClientConfig settings)
    {
        settings.BootstrapServers = broker.Nodes!.Bootstrap(listener);
        using IAdminClient admin = Clients.Admin(settings);
        Assert.Single(admin.GetMetadata(TimeSpan.FromSeconds(60)).Brokers);
    }
}
