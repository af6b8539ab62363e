using System.Collections.Generic;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Kafka.Security;
using DataStream.Plans;
using DataStream.Sinks;

namespace DataStream.Kafka;

/// <summary>A <c>kafka:</c> output, bound: what its producer is made from.</summary>
internal sealed class KafkaOutput(KafkaAddress address, PipelineConfig config, string name) : ConnectorOutput
{
    public ConfigScalar? KeyColumn { get; init; }

    public ConfigScalar? TimestampColumn { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Options { get; init; }

    public required long QueueBytes { get; init; }

    public override ConfigScalar? Key => KeyColumn;

    public override ConfigScalar? Timestamp => TimestampColumn;

    public override long Bytes => QueueBytes;

    public override IReadOnlyList<string> Warnings => ClientSecurity.Warnings(config.Security.Kafka, address.Brokers);

    public string Topic => address.Topics[0];

    public string Name => name;

    public string Principal => ClientSecurity.Principal(config.Security.Kafka);

    public ErrorHandling Retry => config.Errors;

    public override Sink CreateSink() => new KafkaSink(this);

    public ProducerConfig Settings()
    {
        var settings = new ProducerConfig
        {
            BootstrapServers = address.Brokers,
            EnableIdempotence = true,
            LingerMs = 5,
            BatchSize = 1_000_000,
            BatchNumMessages = 100_000,
            CompressionType = CompressionType.Lz4,
            Partitioner = Partitioner.Murmur2Random, // as Java's clients, so that a key has one partition whoever writes it
        };
        settings.Set("queue.buffering.max.kbytes", KafkaConnector.KiB(QueueBytes));
        settings.Set("queue.buffering.max.messages", "1000000");
        settings.Set("client.id", "datastream");
        ClientSecurity.Apply(config.Security.Kafka, settings);
        foreach ((string option, string value) in Options)
        {
            settings.Set(option, value);
        }

        return settings;
    }
}
