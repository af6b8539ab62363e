using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Kafka.Native;
using DataStream.Kafka.Security;
using DataStream.Kafka.Transactions;
using DataStream.Plans;

namespace DataStream.Kafka;

/// <summary><c>kafka:</c> as input and output: <c>processor.Catalog.TryAddConnector(new KafkaConnector())</c> before the start.</summary>
public sealed class KafkaConnector : Connector
{
    // Of memory_budget: what a client's queue may hold.
    private const long Share = 8;
    private const long LeastQueue = 1L << 20;
    private const long MostQueue = 64L << 20;
    private const long Beside = 64L << 10; // a message's headers, and what is lost in whole KiB
    private const long MostOutput = 16L << 20; // what is sent soon is in the cache still: with 8 MiB a sixth less processor time than with 64, and 16 leaves room for bursts

    public override string Scheme => "kafka";

    /// <summary>Whether memory that the clients free stays in the process instead of going back to the system (<c>mallopt</c> of glibc), from the first topic that is bound: messages take a third less processor time.</summary>
    /// <remarks>It holds for all native code of the process: for a program that has the process for itself, as <c>datastream</c>. What stays is, of each of glibc's heaps (each a few threads'), as much as was in use at one time.</remarks>
    public bool KeepsFreedMemory { get; init; }

    public override ConnectorInput? BindInput(EndpointConfig input, PipelineConfig config, ConfigErrors errors)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(errors);
        KeepFreedMemory();
        int before = errors.Count;
        KafkaAddress? address = Address(input.Uri, input.UriPlace, isInput: true, errors);
        var settings = new Settings("the kafka: input", config.PlaceOf(input.Path), input.Options, errors);
        settings.Node("on_error"); // read with the other policies
        string? group = Group(settings, address);
        bool isEarliest = settings.OneOf("offset", "earliest", "latest") == "earliest";
        bool ends = settings.Text("until") is { } until && Until(settings, until);
        string partitioned = settings.Has("partitioned_by") ? settings.OneOf("partitioned_by", "message_key", "repartition") : "";
        Settings? written = settings.Section("options");
        IReadOnlyList<KeyValuePair<string, string>> options = written is null ? [] : ClientOptions.Read(written, isInput: true);
        string? subject = Subject(settings, address, config);
        settings.RejectUnknown();
        if (partitioned == "repartition" && address is { IsPattern: true })
        {
            settings.Error("partitioned_by", "not_supported", "'partitioned_by: repartition' with a pattern of topics is not supported in this version: name them");
        }

        if (address is { Unknown: { Length: > 0 } unknown } && !KafkaInput.IsNewProtocol(options.LastOrDefault(option => option.Key == "group.protocol").Value))
        {
            settings.Error("uri", "bad_uri", $"a pattern is a POSIX extended regular expression here, which has no '{unknown}': write [0-9] for a digit");
        }

        int timeout = config.Stream.IsExactlyOnce && address is not null ? TransactionSettings.Check(address, config, errors) : 0;
        group ??= DefaultGroup(config);
        if (group is null)
        {
            settings.Missing("group"); // a configuration made in code has no name to make one of
        }

        if (errors.Count > before)
        {
            return null;
        }

        var bound = new KafkaInput(address!, group!, config)
        {
            StartsEarliest = isEarliest,
            Ends = ends,
            IsPartitionedByMessageKey = partitioned.Length > 0,
            IsRepartitioned = partitioned == "repartition",
            Subject = subject,
            Options = options,
            QueueBytes = Queue(config),
            TransactionTimeout = timeout,
        };
        return written is null || ClientOptions.FitTogether(written, RdKafka.Consumer, bound.UnsecuredSettings()) ? bound : null;
    }

    public override ConnectorOutput? BindOutput(OutputConfig output, PipelineConfig config, ConfigErrors errors)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(errors);
        KeepFreedMemory();
        int before = errors.Count;
        KafkaAddress? address = Address(output.Uri, output.UriPlace, isInput: false, errors);
        var settings = new Settings($"output '{output.Name}'", config.PlaceOf(output.Path), output.Options, errors);
        ConfigScalar? key = settings.Scalar("key");
        ConfigScalar? timestamp = settings.Scalar("timestamp");
        Settings? written = settings.Section("options");
        IReadOnlyList<KeyValuePair<string, string>> options = written is null ? [] : ClientOptions.Read(written, isInput: false);
        if (errors.Count > before)
        {
            return null;
        }

        long queue = Math.Max(Math.Min(MostOutput, Queue(config)), Longest(options) + Beside); // a message that the queue never has room for would wait for ever
        if (written is not null)
        {
            ProducerConfig client = KafkaOutput.UnsecuredSettings(address!.Brokers, queue, options);
            if (config.Stream.IsExactlyOnce && output.Name == "main")
            {
                client.TransactionalId = "datastream";
                client.TransactionTimeoutMs ??= TransactionSettings.DefaultTimeout;
            }

            if (!ClientOptions.FitTogether(written, RdKafka.Producer, client))
            {
                return null;
            }
        }

        return new KafkaOutput(address!, config, output.Name) { KeyColumn = key, TimestampColumn = timestamp, Options = options, QueueBytes = queue };
    }

    private void KeepFreedMemory()
    {
        if (KeepsFreedMemory)
        {
            _ = NativeHeap.KeepFreed(); // elsewhere it is as it was
        }
    }

    /// <summary>The longest message that the client takes.</summary>
    private static long Longest(IReadOnlyList<KeyValuePair<string, string>> options) =>
        options.LastOrDefault(option => option.Key == "message.max.bytes").Value is { } written && long.TryParse(written, CultureInfo.InvariantCulture, out long longest) ? longest : KafkaOutput.LongestMessage;

    private static KafkaAddress? Address(string uri, Place place, bool isInput, ConfigErrors errors)
    {
        KafkaAddress? address = KafkaAddress.Parse(uri, isInput, out string error);
        if (address is null)
        {
            errors.Add(place, "bad_uri", error);
        }

        return address;
    }

    private static string? Group(Settings settings, KafkaAddress? address)
    {
        string? written = settings.Text("group");
        if (written is { Length: 0 } || address?.Group is { Length: 0 })
        {
            settings.Error("group", "bad_value", "'group' is a name");
        }

        if (written is not null && address?.Group is { } other && other != written)
        {
            settings.Error("group", "bad_value", $"'group' is '{written}' here and '{other}' in the URI; one place is enough");
        }

        return written ?? address?.Group;
    }

    /// <summary>Where the columns are told by a registry, of a pattern's topics one has to be named.</summary>
    private static string? Subject(Settings settings, KafkaAddress? address, PipelineConfig config)
    {
        string? subject = settings.Text("subject");
        bool isTold = config.Stream.Schema is null && config.Stream.InputFormat is { Type: "avro" } format && format.Options["schema_file"] is null;
        if (subject is { Length: 0 })
        {
            settings.Error("subject", "bad_value", "'subject' is a name");
        }
        else if (subject is not null && !isTold)
        {
            settings.Error("subject", "bad_value", "'subject' is where a registry has the columns of Avro without 'schema' and 'schema_file': leave it out");
        }
        else if (subject is null && isTold && address is { IsPattern: true } && config.Security.SchemaRegistry is not null)
        {
            settings.Error("uri", "missing_key", "a pattern of topics does not say under which subject the registry has the columns: name it, 'subject: …', or write 'schema'");
        }

        return subject;
    }

    private static bool Until(Settings settings, string word)
    {
        if (word != "end")
        {
            settings.Error("until", "bad_value", $"'until' is end, or left out, not '{(word.Length <= 60 ? word : word[..60] + "…")}'");
        }

        return word == "end";
    }

    private static string? DefaultGroup(PipelineConfig config) => config.File is { } file ? "datastream-" + Path.GetFileNameWithoutExtension(file) : null;

    private static long Queue(PipelineConfig config) => Math.Clamp(config.Tuning.MemoryBudget / Share, LeastQueue, MostQueue);

    /// <summary>Whole KiB, as librdkafka counts them.</summary>
    internal static string KiB(long bytes) => (bytes >> 10).ToString(CultureInfo.InvariantCulture);
}
