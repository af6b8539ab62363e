using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Avro;
using DataStream.Kafka.Changelogs;
using DataStream.Kafka.Registry;
using DataStream.Kafka.Repartition;
using DataStream.Kafka.Security;
using DataStream.Kafka.Transactions;
using DataStream.Plans;
using DataStream.Sinks;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>A <c>kafka:</c> input, bound: what its consumer is made from.</summary>
internal sealed class KafkaInput(KafkaAddress address, string group, PipelineConfig config) : ConnectorInput, IDisposable
{
    private const int StateTimeout = 30_000; // milliseconds that a successor waits where a process died amid a commit; nobody else waits
    private const double PollInterval = 300_000; // max.poll.interval.ms where nobody sets it
    private const int Shares = 4; // outputs are waited for, positions go out, the transaction is committed; and one to spare
    private const long StateQueue = 1L << 20;
    private const long LeastQueue = 1L << 20;
    private const long LeastFetch = 1_000_000; // librdkafka's longest message, which a fetch must have room for
    private const long MostFetch = 2 * 1024 * 1024; // of all partitions: what is parsed and copied while it is in the cache takes two thirds of the processor time

    private readonly CancellationTokenSource _interrupt = new();
    private SchemaRegistry? _schemas;
    private TransactionLog? _transactions;
    private KafkaOutput? _main;

    public required bool StartsEarliest { get; init; }

    public required bool Ends { get; init; }

    public required bool IsPartitionedByMessageKey { get; init; }

    /// <summary>Rows go through a topic, keyed by the plan's key.</summary>
    public bool IsRepartitioned { get; init; }

    /// <summary>What this input is behind: the messages come through a topic from there; null: they come as they were sent.</summary>
    public KafkaInput? Origin { get; init; }

    /// <summary>The registry's subject whose latest schema has the columns; null: that of each topic.</summary>
    public string? Subject { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Options { get; init; }

    public required long QueueBytes { get; init; }

    public KafkaAddress Address => address;

    public string Group => group;

    /// <summary>The group that the configuration names.</summary>
    public string StateGroup => Origin?.Group ?? group;

    /// <summary>Where <c>main</c> goes, where that is a topic.</summary>
    public KafkaOutput? Main => _main;

    public PipelineConfig Config => config;

    /// <summary>Of <c>delivery: exactly_once</c>, in milliseconds; 0: at least once.</summary>
    public required int TransactionTimeout { get; init; }

    /// <summary>Whether outputs are in the transactions; else what is kept of partitions is, alone.</summary>
    public bool IsExactlyOnce => TransactionTimeout > 0;

    /// <summary>How long a transaction may last, in milliseconds.</summary>
    public int TransactionLimit => IsExactlyOnce ? TransactionTimeout : StateTimeout;

    /// <summary>How long the answer to a step of a transaction is waited for.</summary>
    public TimeSpan TransactionStep => AtMostAShare(TimeSpan.FromMilliseconds(IsExactlyOnce ? TransactionTimeout : TransactionSettings.DefaultTimeout));

    /// <summary>So long, or as long as is left where the group waits less for a sign of life: several things that take so long may follow each other while nobody polls, as when partitions go.</summary>
    public TimeSpan AtMostAShare(TimeSpan time)
    {
        string? set = Options.LastOrDefault(option => option.Key == "max.poll.interval.ms").Value;
        double milliseconds = double.TryParse(set, NumberStyles.None, CultureInfo.InvariantCulture, out double written) ? written : PollInterval;
        return TimeSpan.FromMilliseconds(Math.Min(time.TotalMilliseconds, milliseconds / Shares));
    }

    /// <summary>The transactions of the run.</summary>
    public TransactionLog Transactions => _transactions ??= new TransactionLog(this);

    /// <summary>Those, where there are any.</summary>
    public TransactionLog? OpenTransactions => _transactions;

    public string Principal => ClientSecurity.Principal(config.Security.Kafka);

    /// <summary>The name of a static member of the group, or null.</summary>
    public string? Instance => Options.FirstOrDefault(option => option.Key == "group.instance.id").Value;

    public override long Bytes => QueueBytes + (IsExactlyOnce ? 0 : StateQueue);

    public override bool IsPartitionedByKey => IsPartitionedByMessageKey;

    public override bool Repartitions => IsRepartitioned;

    public override (string OutputUri, ConnectorInput Behind) Through(string stage)
    {
        string topic = RepartitionTopic.NameOf(group, stage);
        return ($"kafka://{address.Brokers}/{topic}", new KafkaInput(new KafkaAddress(address.Brokers, [topic], null), topic, config)
        {
            StartsEarliest = true,
            Ends = Ends,
            IsPartitionedByMessageKey = true,
            Origin = this,
            Options = Options,
            QueueBytes = Math.Max(LeastQueue, QueueBytes / 2), // the first half has the other one
            TransactionTimeout = TransactionTimeout,
        });
    }

    /// <remarks>Letters that die again in a replay are written behind the end that it has.</remarks>
    public override bool Reads(ConnectorOutput output) => (Origin?.Reads(output) ?? false) || Reads(output as KafkaOutput);

    private bool Reads(KafkaOutput? output) => output is { } other && !(Ends && other.Name == "dead") && address.Reads(other.Address);

    public override IReadOnlyList<string> Warnings => ClientSecurity.Warnings(config.Security.Kafka, address.Brokers);

    public override ISchemaLookup? Schemas => Registry;

    private SchemaRegistry? Registry => _schemas ??= config.Security.SchemaRegistry is { } settings ? new SchemaRegistry(settings, config.Errors, _interrupt.Token) : null;

    /// <remarks>The registry is closed when the run that was planned is over; a plan that is only shown leaves that to the process's end.</remarks>
    public override (byte[] Json, string Source) LatestSchema()
    {
        SchemaRegistry registry = Registry ?? throw new InvalidOperationException("there is no registry");
        string[] subjects = Subject is { } named ? [named] : [.. address.Topics.Select(topic => topic + "-value")];
        string source = $"subject '{subjects[0]}'";
        byte[] first = registry.Latest(subjects[0]);
        foreach (string other in subjects.Skip(1))
        {
            if (!AvroFormat.HaveSameColumns(first, registry.Latest(other), source))
            {
                throw new StopException(ExitCode.Configuration, $"the latest schemas under the subjects '{subjects[0]}' and '{other}' are of different records or columns: write 'schema', or name one 'subject' at the input");
            }
        }

        return (first, source);
    }

    public override void Connect()
    {
        if (Origin is not null)
        {
            Origin.Connect(); // the topic between is made when it is needed
            return;
        }

        if (!address.IsPattern)
        {
            _ = Topics.Require(Settings(), address.Topics, "read", Principal, config.Errors);
        }

        Registry?.Connect();
    }

    /// <summary>Ends a wait for the registry.</summary>
    public void Interrupt()
    {
        Origin?.Interrupt();
        _interrupt.Cancel();
    }

    /// <summary>The run is over.</summary>
    public void Dispose()
    {
        Origin?.Dispose();
        _schemas?.Dispose();
        _interrupt.Dispose();
    }

    public override MessageSource Open(bool needsHeaders, string? onePartition)
    {
        if (Origin is not null)
        {
            RepartitionTopic.Ensure(this, Origin); // before the first half opens it
        }

        return new KafkaSource(this, needsHeaders, onePartition);
    }

    public override string? FaultOfState(string module) => ChangelogTopics.FaultOf(group, module);

    public override Sink CreateSink(ConnectorOutput output, bool forwards)
    {
        _main = output is KafkaOutput { Name: "main" } main ? main : _main;
        if (output is not KafkaOutput topic)
        {
            return base.CreateSink(output, forwards);
        }

        if (!IsExactlyOnce)
        {
            return topic.CreateSink(forwards);
        }

        _main ??= topic;
        return new TransactionalSink(topic, Transactions, forwards);
    }

    /// <summary>The settings of the producer that all outputs share: those of <c>main</c>. At least once it is the changelogs' alone, and reached as the input is.</summary>
    public ProducerConfig ProducerSettings(string? transactionalId)
    {
        ProducerConfig settings = (IsExactlyOnce ? _main?.Settings() : null)
            ?? KafkaOutput.Settings(config, address.Brokers, IsExactlyOnce ? QueueBytes : StateQueue, [.. Options.Where(option => Topics.IsOfReach(option.Key))]);
        if (transactionalId is null)
        {
            return settings;
        }

        settings.TransactionalId = transactionalId;
        settings.TransactionTimeoutMs = TransactionLimit;
        settings.Set("delivery.report.only.error", "true"); // the commit tells of the rest
        return settings;
    }

    /// <summary>Whether the value of <c>group.protocol</c> is KIP-848's; librdkafka takes it in any case.</summary>
    public static bool IsNewProtocol(string? protocol) => string.Equals(protocol, "consumer", StringComparison.OrdinalIgnoreCase);

    /// <summary>The client's settings; what a promise rests on is not among <see cref="Options"/>.</summary>
    public ConsumerConfig Settings()
    {
        ConsumerConfig settings = UnsecuredSettings();
        ClientSecurity.Apply(config.Security.Kafka, settings);
        return settings;
    }

    /// <summary>Those without <c>security_settings</c>: no file is opened.</summary>
    public ConsumerConfig UnsecuredSettings()
    {
        var settings = new ConsumerConfig
        {
            BootstrapServers = address.Brokers,
            GroupId = group,
            AutoOffsetReset = StartsEarliest ? AutoOffsetReset.Earliest : AutoOffsetReset.Latest,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true, // ends are where a partition is silent, too
            IsolationLevel = IsolationLevel.ReadCommitted,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = 10_000,
            HeartbeatIntervalMs = 2_000,
            FetchWaitMaxMs = 100,
            AllowAutoCreateTopics = false,
        };
        // Without it a consumer that is slower than the network waits a second each time the queue was full.
        settings.Set("fetch.queue.backoff.ms", "5");
        settings.Set("queued.max.messages.kbytes", KafkaConnector.KiB(QueueBytes));
        settings.Set("fetch.max.bytes", Math.Clamp(QueueBytes / 2, LeastFetch, MostFetch).ToString(CultureInfo.InvariantCulture));
        settings.Set("client.id", "datastream");
        if (IsNewProtocol(Options.LastOrDefault(option => option.Key == "group.protocol").Value))
        {
            // These are the broker's there.
            settings.PartitionAssignmentStrategy = null;
            settings.SessionTimeoutMs = null;
            settings.HeartbeatIntervalMs = null;
        }

        foreach ((string name, string value) in Options)
        {
            settings.Set(name, value);
        }

        return settings;
    }
}
