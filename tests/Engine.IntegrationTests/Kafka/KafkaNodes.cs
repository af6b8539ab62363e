using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>A real Apache Kafka of one or three nodes (KRaft, each broker and controller) on loopback, in a folder of its own that goes with it.</summary>
public sealed class KafkaNodes : IAsyncDisposable
{
    public const string User = "app";
    public const string Password = "app-secret";

    private const int PortsOfABroker = 10;

    private readonly KafkaHome _home;
    private readonly bool _isMeasured;
    private readonly string _folder = Directory.CreateTempSubdirectory("datastream-kafka-").FullName;
    private readonly PortBlock _ports = PortBlock.Take();
    private readonly BrokerProcess?[] _brokers;

    private KafkaNodes(KafkaHome home, int nodes, bool isMeasured)
    {
        _home = home;
        _isMeasured = isMeasured;
        _brokers = new BrokerProcess?[nodes];
        Certificates = new Certificates(Path.Combine(_folder, "tls"));
    }

    public Certificates Certificates { get; }

    public int Count => _brokers.Length;

    /// <summary>Starts a cluster with empty logs and waits until each node says that it serves.</summary>
    /// <param name="home">Where Kafka is.</param>
    /// <param name="nodes">One or three.</param>
    /// <param name="isMeasured">It is to run as fast as it can, not to start as fast as it can.</param>
    public static async Task<KafkaNodes> StartAsync(KafkaHome home, int nodes, bool isMeasured = false)
    {
        for (int tries = 1; ; tries++)
        {
            var cluster = new KafkaNodes(home, nodes, isMeasured);
            try
            {
                await cluster.FormatAsync().ConfigureAwait(false);
                await Task.WhenAll(Enumerable.Range(0, nodes).Select(cluster.UpAsync)).ConfigureAwait(false);
                return cluster;
            }
            catch (IOException e) when (tries < 5 && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                // Someone who knows nothing of our locks took a port between the look and the start: once more elsewhere.
                await cluster.DisposeAsync().ConfigureAwait(false);
            }
            catch
            {
                await cluster.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    public string Bootstrap(BrokerListener listener) => string.Join(',', Enumerable.Range(0, Count).Select(broker => Address(broker, listener)));

    /// <summary>kill -9 of one broker.</summary>
    public async Task KillAsync(int broker)
    {
        await _brokers[broker]!.KillAsync().ConfigureAwait(false);
        _brokers[broker]!.Dispose();
        _brokers[broker] = null;
    }

    /// <summary>Starts a broker that was killed and waits until it serves.</summary>
    public async Task UpAsync(int broker)
    {
        BrokerProcess process = KafkaServer.Start(_home, Settings(broker), _isMeasured);
        _brokers[broker] = process;
        await KafkaServer.ServesAsync(process).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (BrokerProcess? broker in _brokers)
        {
            if (broker is not null)
            {
                await broker.KillAsync().ConfigureAwait(false);
                broker.Dispose();
            }
        }

        _ports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Host(BrokerListener listener) => listener is BrokerListener.Plaintext or BrokerListener.Controller ? "127.0.0.1" : "localhost";

    private string Address(int broker, BrokerListener listener) =>
        string.Create(CultureInfo.InvariantCulture, $"{Host(listener)}:{_ports.Start + (PortsOfABroker * broker) + (int)listener}");

    private string Settings(int broker) => Path.Combine(_folder, $"{broker}.properties");

    private async Task FormatAsync()
    {
        string cluster = KafkaServer.NewCluster();
        await Task.WhenAll(Enumerable.Range(0, Count).Select(broker => KafkaServer.FormatAsync(_home, Settings(broker), ServerProperties(broker), cluster,
            "--add-scram", $"SCRAM-SHA-256=[name={User},password={Password}]", "--add-scram", $"SCRAM-SHA-512=[name={User},password={Password}]"))).ConfigureAwait(false);
    }

    private string ServerProperties(int broker)
    {
        int copies = Count < 3 ? 1 : 3;
        int quorum = copies > 1 ? 2 : 1;
        string Listeners(bool withController) => string.Join(',', Enum.GetValues<BrokerListener>()
            .Where(listener => withController || listener != BrokerListener.Controller)
            .Select(listener => $"{Name(listener)}://{Address(broker, listener)}"));
        return $"""
            process.roles=broker,controller
            node.id={broker}
            controller.quorum.voters={string.Join(',', Enumerable.Range(0, Count).Select(i => $"{i}@{Address(i, BrokerListener.Controller)}"))}
            listeners={Listeners(withController: true).Replace("localhost", "127.0.0.1", StringComparison.Ordinal)}
            advertised.listeners={Listeners(withController: false)}
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,TLS:SSL,SASLTLS:SASL_SSL,MUTUALTLS:SSL,TLSELSEWHERE:SSL,CONTROLLER:PLAINTEXT
            inter.broker.listener.name=PLAINTEXT
            controller.listener.names=CONTROLLER
            ssl.keystore.type=PEM
            ssl.keystore.location={Certificates.Broker}
            ssl.truststore.type=PEM
            ssl.truststore.location={Certificates.Authority}
            ssl.client.auth=none
            listener.name.mutualtls.ssl.client.auth=required
            listener.name.tlselsewhere.ssl.keystore.type=PEM
            listener.name.tlselsewhere.ssl.keystore.location={Certificates.Elsewhere}
            sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER
            listener.name.sasltls.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_{User}="{Password}";
            listener.name.sasltls.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="{User}";
            listener.name.sasltls.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
            listener.name.sasltls.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
            authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
            super.users=User:ANONYMOUS
            allow.everyone.if.no.acl.found=true
            log.dirs={Path.Combine(_folder, broker.ToString(CultureInfo.InvariantCulture))}
            num.partitions=4
            auto.create.topics.enable=false
            default.replication.factor={copies}
            min.insync.replicas={quorum}
            offsets.topic.replication.factor={copies}
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor={copies}
            transaction.state.log.min.isr={quorum}
            transaction.state.log.num.partitions=4
            share.coordinator.state.topic.replication.factor={copies}
            share.coordinator.state.topic.min.isr={quorum}
            group.initial.rebalance.delay.ms=0
            group.min.session.timeout.ms=1000
            log.segment.delete.delay.ms=1000
            log.retention.ms=-1
            log.cleaner.backoff.ms=2000

            """;
    }

    private static string Name(BrokerListener listener) => listener.ToString().ToUpperInvariant();
}
