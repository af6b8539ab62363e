using System.Collections.Generic;
using System.Linq;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Avro;
using DataStream.Formats.Json;
using DataStream.Kafka.Native;
using DataStream.Kafka.Registry;
using DataStream.Kafka.Repartition;
using DataStream.Kafka.Security;
using DataStream.Plans;
using DataStream.Sinks;

namespace DataStream.Kafka;

/// <summary>A <c>kafka:</c> output, bound: what its producer is made from.</summary>
internal sealed class KafkaOutput(KafkaAddress address, PipelineConfig config, string name) : ConnectorOutput
{
    /// <summary>The longest message that the client takes, in bytes. The broker is to decide: by itself it takes 1,048,588 and librdkafka 1,000,000. It is no larger because the client makes room for so much with each request.</summary>
    public const int LongestMessage = 2_000_000;

    private (string Schema, int Id) _registered = ("", 0);

    public ConfigScalar? KeyColumn { get; init; }

    public ConfigScalar? TimestampColumn { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Options { get; init; }

    public required long QueueBytes { get; init; }

    public override ConfigScalar? Key => KeyColumn;

    public override ConfigScalar? Timestamp => TimestampColumn;

    public override long Bytes => QueueBytes;

    public override IReadOnlyList<string> Warnings => ClientSecurity.Warnings(config.Security.Kafka, address.Brokers);

    public KafkaAddress Address => address;

    public string Topic => address.Topics[0];

    public string Name => name;

    public string Principal => ClientSecurity.Principal(config.Security.Kafka);

    public ErrorHandling Retry => config.Errors;

    public override Sink CreateSink() => CreateSink(forwards: false);

    /// <inheritdoc cref="KafkaSink"/>
    public Sink CreateSink(bool forwards) => new KafkaSink(this, forwards);

    /// <summary>The topic's partitions, where we give them to keys as Java's clients do; null: the client does it in another way.</summary>
    public PartitionCount? CountOf(int partitions) =>
        Settings().Partitioner is Partitioner.Murmur2Random or Partitioner.Murmur2 ? new PartitionCount(partitions, PartitionCount.Interval) : null;

    /// <summary>Packs of records for a topic of so many partitions.</summary>
    public RecordPacks CreatePacks(int partitions, SendPack send) => new(partitions, config.Tuning.PayloadSize, config.Tuning.PartitionSize, Settings().MessageMaxBytes ?? int.MaxValue, send);

    public override void Connect()
    {
        _ = Topics.Require(Settings(), [Topic], "write to", Principal, config.Errors);
        if (config.Security.SchemaRegistry is { } settings)
        {
            using var registry = new SchemaRegistry(settings, config.Errors);
            registry.Connect();
        }
    }

    public override string? FaultOf(Format format) => config.Security.SchemaRegistry is not null ? null : format switch
    {
        AvroFormat => "rows as Avro are read by a schema in a registry: name it in security_settings.schema_registry",
        JsonFormat { IsFramed: true } => "with 'framing: confluent' a registry gives the rows' schema its number: name it in security_settings.schema_registry",
        _ => null,
    };

    public override Encoder CreateEncoder(Format format, IReadOnlyList<Field> fields)
    {
        if (config.Security.SchemaRegistry is not { } settings)
        {
            return base.CreateEncoder(format, fields);
        }

        return format switch
        {
            AvroFormat => AvroFormat.CreateMessageEncoder(fields, Register(settings, AvroFormat.SchemaOf(fields), SchemaType.Avro)),
            JsonFormat { IsFramed: true } json => json.CreateMessageEncoder(fields, Register(settings, JsonFormat.SchemaOf(fields), SchemaType.Json)),
            _ => base.CreateEncoder(format, fields),
        };
    }

    /// <remarks>Each lane has an encoder; the registry is asked once.</remarks>
    private int Register(RegistrySettings settings, byte[] json, SchemaType type)
    {
        string schema = System.Text.Encoding.UTF8.GetString(json);
        if (_registered.Schema != schema)
        {
            using var registry = new SchemaRegistry(settings, config.Errors);
            _registered = (schema, registry.Register(Topic + "-value", schema, type));
        }

        return _registered.Id;
    }

    public ProducerConfig Settings() => Settings(config, address.Brokers, QueueBytes, Options);

    public static ProducerConfig Settings(PipelineConfig config, string brokers, long queueBytes, IReadOnlyList<KeyValuePair<string, string>> options)
    {
        ProducerConfig settings = UnsecuredSettings(brokers, queueBytes, options);
        ClientSecurity.Apply(config.Security.Kafka, settings);
        return settings;
    }

    /// <summary>Those without <c>security_settings</c>: no file is opened.</summary>
    public static ProducerConfig UnsecuredSettings(string brokers, long queueBytes, IReadOnlyList<KeyValuePair<string, string>> options)
    {
        var settings = new ProducerConfig
        {
            BootstrapServers = brokers,
            EnableIdempotence = true,
            LingerMs = 4, // with 2 the requests of a quiet topic are too many for a broker that is busy, and with 5 its median is half a millisecond longer
            BatchSize = 1_000_000,
            BatchNumMessages = 100_000,
            MessageMaxBytes = options.Any(option => option.Key == "batch.size") ? null : LongestMessage, // it bounds batches, too: the broker's limit is theirs
            CompressionType = CompressionType.Lz4,
            Partitioner = Partitioner.Murmur2Random, // as Java's clients, so that a key has one partition whoever writes it
        };
        settings.Set("queue.buffering.max.kbytes", KafkaConnector.KiB(queueBytes));
        settings.Set("queue.buffering.max.messages", "1000000");
        settings.Set("client.id", "datastream");
        foreach ((string option, string value) in options)
        {
            settings.Set(option, value);
        }

        return settings;
    }
}
