using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>
/// What the user wrote: from YAML by <c>Config.Load</c>, or made in code with collection initialisers. Values are of the right form;
/// names and types are bound by the planner.
/// </summary>
public sealed record PipelineConfig
{
    public StreamSettings Stream { get; init; } = new();

    /// <summary>Modules that run before <see cref="Modules"/>.</summary>
    public IList<ModuleConfig> DataCleaning { get; init; } = [];

    public IList<ModuleConfig> Modules { get; init; } = [];

    public ErrorHandling Errors { get; init; } = new();

    public PerformanceTuning Tuning { get; init; } = new();

    public SecuritySettings Security { get; init; } = new();

    /// <summary>Levels by category; the key "" is the default: trace, debug, info, warning, error, critical, none.</summary>
    public IDictionary<string, string> LoggingLevels { get; init; } = new Dictionary<string, string>();

    /// <summary>The file the configuration is from; null when made in code.</summary>
    public string? File { get; init; }

    /// <summary>The effective nodes, overlays included, for places of errors; null when made in code, until a plan is made.</summary>
    public ConfigMap? Root { get; init; }

    /// <summary>What a loader read: what differs from it was made in code since. Null when all was.</summary>
    internal PipelineConfig? AsRead { get; init; }

    /// <summary>SHA-256 of the effective configuration in hexadecimal, secrets as their references.</summary>
    public string Hash
    {
        get => field ?? LateHash?.Value ?? "";
        init;
    }

    /// <summary>The hash where nobody asked for it yet: the first use of cryptography loads its native library.</summary>
    internal Lazy<string>? LateHash { get; init; }

    /// <summary>Values from secret references: pass every text that is shown through its <see cref="SecretMask.Hide"/>.</summary>
    public SecretMask Secrets { get; init; } = new();

    /// <summary>The node at a dotted path (<c>stream_settings.event_time.field</c>, list items by index), or null.</summary>
    public ConfigNode? Find(string path) => ConfigPath.Find(Root, path);

    /// <summary>Where the value at a dotted path stands; where it is absent, the nearest parent's key.</summary>
    public Place PlaceOf(string path) => ConfigPath.PlaceOf(Root, path, File);
}

/// <summary><c>stream_settings</c>.</summary>
public sealed record StreamSettings
{
    /// <summary>One or several inputs in order.</summary>
    public IList<EndpointConfig> Inputs { get; init; } = [];

    /// <summary>Outputs in order; <c>main</c>, <c>dead</c> and <c>late</c> are reserved names.</summary>
    public IList<OutputConfig> Outputs { get; init; } = [];

    public FormatConfig? InputFormat { get; init; }

    public FormatConfig? OutputFormat { get; init; }

    /// <summary>Null: not given.</summary>
    public IList<SchemaField>? Schema { get; init; }

    public EventTimeConfig? EventTime { get; init; }

    /// <summary>There was to be an event time, and what is wrong with it was reported: nothing else that it makes useless is a mistake.</summary>
    internal bool IsEventTimeFaulty { get; init; }

    /// <summary><c>commit_interval</c> where it is absent, in microseconds.</summary>
    public const long DefaultCommitInterval = 100_000;

    /// <summary>How often positions that the outputs have acknowledged are committed, in microseconds.</summary>
    public long CommitInterval { get; init; } = DefaultCommitInterval;

    /// <summary><c>delivery: exactly_once</c>: outputs and offsets of topics are committed together.</summary>
    public bool IsExactlyOnce { get; init; }
}

/// <summary>An input: its URI and options. <see cref="Path"/> is where it stands in the configuration.</summary>
public sealed record EndpointConfig(string Uri)
{
    private readonly (string Uri, string Text)? _shown;

    /// <summary>Keys besides <c>uri</c>, of an input written as a map.</summary>
    public ConfigMap Options { get; init; } = new();

    /// <summary>For records of this input that cannot be decoded; null: the pipeline's.</summary>
    public OnError? OnError { get; init; }

    public string Path { get; init; } = "";

    /// <summary>Where the URI is written.</summary>
    public Place UriPlace { get; init; } = Place.Code;

    /// <summary>What may be shown: the URI, or the reference of the secret it came from. It holds for the URI it was set for.</summary>
    public string ShownUri
    {
        get => _shown is { } shown && shown.Uri == Uri ? shown.Text : Uri;
        init => _shown = value == Uri ? null : (Uri, value);
    }
}

/// <summary>A named output.</summary>
public sealed record OutputConfig(string Name, string Uri)
{
    private readonly (string Uri, string Text)? _shown;

    public FormatConfig? Format { get; init; }

    /// <summary><c>block</c> or <c>shed</c>.</summary>
    public string WhenFull { get; init; } = "block";

    /// <summary>The condition of an additional output; null: all rows.</summary>
    public ConfigScalar? Where { get; init; }

    /// <summary>Keys besides these, for connectors and formats.</summary>
    public ConfigMap Options { get; init; } = new();

    public string Path { get; init; } = "";

    /// <summary>Where the URI is written.</summary>
    public Place UriPlace { get; init; } = Place.Code;

    /// <inheritdoc cref="EndpointConfig.ShownUri"/>
    public string ShownUri
    {
        get => _shown is { } shown && shown.Uri == Uri ? shown.Text : Uri;
        init => _shown = value == Uri ? null : (Uri, value);
    }
}

/// <summary>A format by name with its options (keys besides <c>type</c>).</summary>
public sealed record FormatConfig(string Type)
{
    public ConfigMap Options { get; init; } = new();

    public string Path { get; init; } = "";
}

/// <summary>A field of the schema. Its type's text is checked already.</summary>
public sealed record SchemaField(string Name, string Type)
{
    public IList<string> Sources { get; init; } = [];

    public string? JsonPath { get; init; }

    public IList<string> Formats { get; init; } = [];

    public string? TimeZone { get; init; }

    public bool Nullable { get; init; } = true;

    public IList<string> NullValues { get; init; } = [];

    public string Path { get; init; } = "";
}

/// <summary><c>event_time</c>; durations in microseconds.</summary>
public sealed record EventTimeConfig(string Field)
{
    /// <summary><see cref="long.MaxValue"/>: unbounded, the watermark waits for the end of a bounded input.</summary>
    public long MaxOutOfOrderness { get; init; }

    public long AllowedLateness { get; init; }

    public long? IdleTimeout { get; init; }
}

/// <summary>A module: its name, its class (built-in, registered or a plug-in's), and its other keys.</summary>
public sealed record ModuleConfig(string Name, string Class)
{
    public ConfigMap Settings { get; init; } = new();

    /// <summary>null: the pipeline's.</summary>
    public OnError? OnError { get; init; }

    public string Path { get; init; } = "";
}

/// <summary>What happens to a record that cannot be worked on.</summary>
public enum OnError
{
    Skip,
    DeadLetter,
    Fail,
}

/// <summary><c>error_handling</c>; durations in microseconds.</summary>
public sealed record ErrorHandling
{
    /// <summary>null: dead_letter where there is a <c>dead</c> output, else skip with one warning.</summary>
    public OnError? OnError { get; init; }

    /// <summary>The share of dead events that is borne; null: no limit.</summary>
    public double? ErrorBudget { get; init; }

    public int MaxAttempts { get; init; } = 5;

    public long Backoff { get; init; } = 100_000;

    public long MaxBackoff { get; init; } = 10_000_000;
}

/// <summary><c>performance_tuning</c>; sizes in bytes.</summary>
public sealed record PerformanceTuning
{
    /// <summary>Lanes; 0: auto.</summary>
    public int Threads { get; init; }

    /// <summary>null: auto; empty: none; otherwise the lanes' cores.</summary>
    public IReadOnlyList<int>? CpuAffinity { get; init; }

    public int PartitionSize { get; init; } = 2048;

    public int PayloadSize { get; init; } = 256 * 1024;

    /// <summary>0: the smaller of 64 KiB and the payload's size.</summary>
    public int MaxRecordSize { get; init; }

    public int RingSize { get; init; } = 16;

    public long MemoryBudget { get; init; } = 512L << 20;

    /// <summary>adaptive, busy_spin, yield or block.</summary>
    public string WaitStrategy { get; init; } = "adaptive";

    /// <summary>ignore, warn or fail.</summary>
    public string Allocations { get; init; } = "warn";
}

/// <summary><c>security_settings</c>.</summary>
public sealed record SecuritySettings
{
    /// <summary>How every <c>kafka:</c> endpoint is spoken to; null: in plaintext.</summary>
    public KafkaSecurity? Kafka { get; init; }

    /// <summary>null: messages of the Confluent wire format cannot be read or written.</summary>
    public RegistrySettings? SchemaRegistry { get; init; }
}

/// <summary><c>security_settings.kafka</c>.</summary>
public sealed record KafkaSecurity
{
    /// <summary>null: plaintext.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>null: no authentication, or by client certificate. Never without TLS.</summary>
    public SaslSettings? Sasl { get; init; }
}

/// <summary>TLS towards a server whose certificate and host name are always verified. Each is a path, or the PEM text itself; none: the system's authorities, no client certificate.</summary>
public sealed record TlsSettings
{
    public string? Ca { get; init; }

    public string? Certificate { get; init; }

    public string? Key { get; init; }

    /// <summary>Of an encrypted key.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>Without what may be secret.</summary>
    public override string ToString() => nameof(TlsSettings);
}

/// <summary>Who we are for a Kafka broker.</summary>
/// <param name="Mechanism"><c>plain</c>, <c>scram-sha-256</c>, <c>scram-sha-512</c> or <c>oauthbearer</c>.</param>
public sealed record SaslSettings(string Mechanism)
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Where tokens are fetched for the client's id and secret (OpenID Connect).</summary>
    public string? TokenUrl { get; init; }

    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public string? Scope { get; init; }

    /// <summary>Instead of those: the principal of tokens that nobody signed, which only test brokers take.</summary>
    public string? UnsecuredPrincipal { get; init; }

    /// <summary>The principal in messages.</summary>
    public string? Principal => Username ?? ClientId ?? UnsecuredPrincipal;

    /// <summary>Without what is secret.</summary>
    public override string ToString() => Mechanism;
}

/// <summary><c>security_settings.schema_registry</c>.</summary>
public sealed record RegistrySettings(string Url)
{
    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>null: the system's authorities.</summary>
    public string? Ca { get; init; }

    /// <summary>Whether schemas of what is written are registered where they are not yet; otherwise they must be there.</summary>
    public bool Register { get; init; } = true;

    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(RegistrySettings);
}
