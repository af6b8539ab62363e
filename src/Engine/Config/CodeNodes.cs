using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Config;

/// <summary>The values of records as the nodes that a file would give, each at its property's path. What has its default is left away.</summary>
internal static class CodeNodes
{
    public static Place At(string property) => new(property, 0, 0);

    public static ConfigScalar Text(string value, string at) => new(value) { Place = At(at), PlaceOfCharacter = _ => At(at) };

    /// <summary>A value that is shown as something else: it is secret.</summary>
    public static ConfigScalar Shown(string value, string shown, string at) =>
        value == shown ? Text(value, at) : new(value) { Place = At(at), PlaceOfCharacter = _ => At(at), IsSecret = true, Shown = shown };

    public static ConfigScalar Number(long value, string at) => Text(value.ToString(CultureInfo.InvariantCulture), at);

    public static ConfigScalar Span(long microseconds, string at) => Text(string.Create(CultureInfo.InvariantCulture, $"{microseconds}us"), at);

    public static ConfigScalar? Word(OnError? onError, string at) => onError switch
    {
        null => null,
        OnError.Skip => Text("skip", at),
        OnError.DeadLetter => Text("dead_letter", at),
        OnError.Fail => Text("fail", at),
        { } other => Text(other.ToString(), at),
    };

    public static void Put(ConfigMap map, string key, ConfigNode? node)
    {
        if (node is not null)
        {
            map.Add(new ConfigEntry(key, node.Place, node));
        }
    }

    /// <summary>Copies of nodes that the program made, with places of their own.</summary>
    public static void PutAll(ConfigMap map, ConfigMap entries, string at)
    {
        foreach (ConfigEntry entry in entries)
        {
            string within = $"{at}[\"{entry.Key}\"]";
            map.Add(new ConfigEntry(entry.Key, entry.KeyPlace.Line > 0 ? entry.KeyPlace : At(within), Placed(entry.Value, within)));
        }
    }

    /// <summary>The node with a property's path as its place; one that was loaded has its place in the file.</summary>
    public static ConfigNode Placed(ConfigNode node, string at)
    {
        if (node.Place != Place.Code)
        {
            return node;
        }

        switch (node)
        {
            case ConfigList list:
                var items = new ConfigList { Place = At(at) };
                for (int i = 0; i < list.Count; i++)
                {
                    items.Add(Placed(list[i], string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]")));
                }

                return items;
            case ConfigMap map:
                var entries = new ConfigMap { Place = At(at) };
                PutAll(entries, map, at);
                return entries;
            default:
                var scalar = (ConfigScalar)node;
                return new ConfigScalar(scalar.Value) { Place = At(at), PlaceOfCharacter = _ => At(at), IsNull = scalar.IsNull, IsSecret = scalar.IsSecret, Shown = scalar.Shown };
        }
    }

    public static ConfigMap? Format(FormatConfig? format, string at)
    {
        if (format is null)
        {
            return null;
        }

        var map = new ConfigMap { Place = At(at) };
        Put(map, "type", Text(format.Type, at + ".Type"));
        PutAll(map, format.Options, at + ".Options");
        return map;
    }

    public static ConfigMap Field(SchemaField field, string at)
    {
        var map = new ConfigMap { Place = At(at) };
        Put(map, "type", Text(field.Type, at + ".Type"));
        Put(map, "source", Texts(field.Sources, at + ".Sources"));
        Put(map, "path", field.JsonPath is null ? null : Text(field.JsonPath, at + ".JsonPath"));
        Put(map, "format", Texts(field.Formats, at + ".Formats"));
        Put(map, "time_zone", field.TimeZone is null ? null : Text(field.TimeZone, at + ".TimeZone"));
        Put(map, "nullable", field.Nullable ? null : Text("false", at + ".Nullable"));
        Put(map, "null_values", Texts(field.NullValues, at + ".NullValues"));
        return map;
    }

    public static ConfigMap? EventTime(EventTimeConfig? time)
    {
        if (time is null)
        {
            return null;
        }

        const string at = "Stream.EventTime";
        var map = new ConfigMap { Place = At(at) };
        Put(map, "field", Text(time.Field, at + ".Field"));
        Put(map, "max_out_of_orderness", time.MaxOutOfOrderness == long.MaxValue ? Text("unbounded", at + ".MaxOutOfOrderness") : Span(time.MaxOutOfOrderness, at + ".MaxOutOfOrderness"));
        Put(map, "allowed_lateness", Span(time.AllowedLateness, at + ".AllowedLateness"));
        Put(map, "idle_timeout", time.IdleTimeout is { } idle ? Span(idle, at + ".IdleTimeout") : null);
        return map;
    }

    public static ConfigMap Errors(ErrorHandling errors)
    {
        var map = new ConfigMap { Place = At("Errors") };
        Put(map, "on_error", Word(errors.OnError, "Errors.OnError"));
        Put(map, "error_budget", errors.ErrorBudget is { } share ? Text(share.ToString("R", CultureInfo.InvariantCulture), "Errors.ErrorBudget") : null);
        var absent = new ErrorHandling();
        if (errors with { OnError = null, ErrorBudget = null } != absent)
        {
            var retry = new ConfigMap { Place = At("Errors") };
            Put(retry, "max_attempts", Number(errors.MaxAttempts, "Errors.MaxAttempts"));
            Put(retry, "backoff", Span(errors.Backoff, "Errors.Backoff"));
            Put(retry, "max_backoff", Span(errors.MaxBackoff, "Errors.MaxBackoff"));
            Put(map, "retry", retry);
        }

        return map;
    }

    public static ConfigMap? Levels(IDictionary<string, string> levels)
    {
        var map = new ConfigMap { Place = At("LoggingLevels") };
        foreach ((string category, string level) in levels)
        {
            string at = $"LoggingLevels[\"{category}\"]";
            Put(map, category.Length == 0 ? "default" : category, Text(level, at));
        }

        return map.Count == 0 ? null : map;
    }

    public static ConfigMap Tuning(PerformanceTuning tuning)
    {
        var absent = new PerformanceTuning();
        var map = new ConfigMap { Place = At("Tuning") };
        Put(map, "threads", tuning.Threads == 0 ? null : Number(tuning.Threads, "Tuning.Threads"));
        Put(map, "cpu_affinity", tuning.CpuAffinity is not { } cores ? null
            : cores.Count == 0 ? Text("none", "Tuning.CpuAffinity") : Texts([.. cores.Select(c => c.ToString(CultureInfo.InvariantCulture))], "Tuning.CpuAffinity"));
        Put(map, "partition_size", Number(tuning.PartitionSize, "Tuning.PartitionSize"));
        Put(map, "payload_size", tuning.PayloadSize == absent.PayloadSize ? null : Number(tuning.PayloadSize, "Tuning.PayloadSize"));
        Put(map, "max_record_size", tuning.MaxRecordSize == 0 ? null : Number(tuning.MaxRecordSize, "Tuning.MaxRecordSize"));
        Put(map, "ring_size", Number(tuning.RingSize, "Tuning.RingSize"));
        Put(map, "memory_budget", Number(tuning.MemoryBudget, "Tuning.MemoryBudget"));
        Put(map, "wait_strategy", Text(tuning.WaitStrategy, "Tuning.WaitStrategy"));
        Put(map, "allocations", Text(tuning.Allocations, "Tuning.Allocations"));
        return map;
    }

    public static ConfigMap? Security(SecuritySettings security)
    {
        var map = new ConfigMap { Place = At("Security") };
        Put(map, "kafka", security.Kafka is { } kafka ? Kafka(kafka) : null);
        if (security.SchemaRegistry is { } registry)
        {
            var node = new ConfigMap { Place = At("Security.SchemaRegistry") };
            Put(node, "url", Text(registry.Url, "Security.SchemaRegistry.Url"));
            Put(node, "username", Given(registry.Username, "Security.SchemaRegistry.Username"));
            Put(node, "password", Hidden(registry.Password, "Security.SchemaRegistry.Password"));
            Put(node, "ca", Given(registry.Ca, "Security.SchemaRegistry.Ca"));
            Put(node, "register", registry.Register ? null : Text("false", "Security.SchemaRegistry.Register"));
            Put(map, "schema_registry", node);
        }

        return map.Count == 0 ? null : map;
    }

    private static ConfigMap Kafka(KafkaSecurity kafka)
    {
        var map = new ConfigMap { Place = At("Security.Kafka") };
        if (kafka.Tls is { } tls)
        {
            var node = new ConfigMap { Place = At("Security.Kafka.Tls") };
            Put(node, "ca", Given(tls.Ca, "Security.Kafka.Tls.Ca"));
            Put(node, "certificate", Given(tls.Certificate, "Security.Kafka.Tls.Certificate"));
            Put(node, "key", Hidden(tls.Key, "Security.Kafka.Tls.Key"));
            Put(node, "key_password", Hidden(tls.KeyPassword, "Security.Kafka.Tls.KeyPassword"));
            Put(map, "tls", node);
        }

        if (kafka.Sasl is { } sasl)
        {
            var node = new ConfigMap { Place = At("Security.Kafka.Sasl") };
            Put(node, "mechanism", Text(sasl.Mechanism, "Security.Kafka.Sasl.Mechanism"));
            Put(node, "username", Given(sasl.Username, "Security.Kafka.Sasl.Username"));
            Put(node, "password", Hidden(sasl.Password, "Security.Kafka.Sasl.Password"));
            Put(node, "token_url", Given(sasl.TokenUrl, "Security.Kafka.Sasl.TokenUrl"));
            Put(node, "client_id", Given(sasl.ClientId, "Security.Kafka.Sasl.ClientId"));
            Put(node, "client_secret", Hidden(sasl.ClientSecret, "Security.Kafka.Sasl.ClientSecret"));
            Put(node, "scope", Given(sasl.Scope, "Security.Kafka.Sasl.Scope"));
            Put(node, "unsecured_principal", Given(sasl.UnsecuredPrincipal, "Security.Kafka.Sasl.UnsecuredPrincipal"));
            Put(map, "sasl", node);
        }

        return map;
    }

    private static ConfigScalar? Given(string? text, string at) => text is null ? null : Text(text, at);

    /// <summary>A secret: neither shown nor a part of the configuration's hash.</summary>
    private static ConfigScalar? Hidden(string? text, string at) => text is null ? null : Shown(text, "(secret)", at);

    private static ConfigList? Texts(IList<string> texts, string at)
    {
        if (texts.Count == 0)
        {
            return null;
        }

        var list = new ConfigList { Place = At(at) };
        for (int i = 0; i < texts.Count; i++)
        {
            list.Add(Text(texts[i], string.Create(CultureInfo.InvariantCulture, $"{at}[{i}]")));
        }

        return list;
    }
}
