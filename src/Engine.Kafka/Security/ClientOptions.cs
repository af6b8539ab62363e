using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Config;
using DataStream.Kafka.Native;

namespace DataStream.Kafka.Security;

/// <summary>
/// The <c>options</c> of a <c>kafka:</c> endpoint: those of librdkafka's that change how a client reaches and batches, and nothing that the engine's
/// promises rest on, that loads code, or that prints what is secret.
/// </summary>
public static class ClientOptions
{
    private const string Code = "kafka_option";

    private static readonly HashSet<string> s_both = new(
    [
        "broker.address.family", "broker.address.ttl", "client.dns.lookup", "client.id", "client.rack", "connections.max.idle.ms", "max.in.flight.requests.per.connection", "message.max.bytes",
        "metadata.max.age.ms", "metadata.recovery.strategy", "reconnect.backoff.max.ms", "reconnect.backoff.ms", "receive.message.max.bytes", "retry.backoff.max.ms", "retry.backoff.ms",
        "socket.connection.setup.timeout.ms", "socket.keepalive.enable", "socket.max.fails", "socket.nagle.disable", "socket.receive.buffer.bytes", "socket.send.buffer.bytes", "socket.timeout.ms",
        "topic.metadata.propagation.max.ms", "topic.metadata.refresh.interval.ms",
    ], StringComparer.Ordinal);

    private static readonly HashSet<string> s_inputs = new(
    [
        "check.crcs", "fetch.error.backoff.ms", "fetch.max.bytes", "fetch.min.bytes", "fetch.wait.max.ms", "group.instance.id", "group.protocol", "group.remote.assignor", "heartbeat.interval.ms",
        "max.partition.fetch.bytes", "max.poll.interval.ms", "session.timeout.ms",
    ], StringComparer.Ordinal);

    private static readonly HashSet<string> s_outputs = new(
    [
        "batch.num.messages", "batch.size", "compression.level", "compression.type", "delivery.timeout.ms", "linger.ms", "partitioner", "request.timeout.ms", "sticky.partitioning.linger.ms", "transaction.timeout.ms",
    ], StringComparer.Ordinal);

    // What users of other programs look for, and where it is here.
    private static readonly Dictionary<string, string> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["auto.offset.reset"] = "write 'offset: earliest' or 'latest' at the input",
        ["bootstrap.servers"] = "the URI names the brokers",
        ["metadata.broker.list"] = "the URI names the brokers",
        ["group.id"] = "write 'group' at the input",
        ["enable.auto.commit"] = "offsets are committed when the outputs have acknowledged what was read",
        ["enable.auto.offset.store"] = "offsets are stored when the outputs have acknowledged what was read",
        ["auto.commit.interval.ms"] = "write 'commit_interval' in stream_settings",
        ["isolation.level"] = "only what is committed is read",
        ["enable.idempotence"] = "it is always on",
        ["acks"] = "all replicas in sync always acknowledge",
        ["request.required.acks"] = "all replicas in sync always acknowledge",
        ["transactional.id"] = "write 'delivery: exactly_once' in stream_settings",
        ["partition.assignment.strategy"] = "partitions are handed over cooperatively",
        ["debug"] = "what it prints may be secret; see 'logging_level'",
        ["compression.codec"] = "write 'compression.type'",
    };

    /// <summary>What is set, in order; everything that must not be set is an error that says what to do.</summary>
    /// <param name="options">The map under <c>options</c>.</param>
    /// <param name="isInput">Of an input, else of an output.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(Settings options, bool isInput)
    {
        ArgumentNullException.ThrowIfNull(options);
        HashSet<string> own = isInput ? s_inputs : s_outputs;
        HashSet<string> others = isInput ? s_outputs : s_inputs;
        var read = new List<KeyValuePair<string, string>>();
        foreach (ConfigEntry entry in options.Map)
        {
            if (s_both.Contains(entry.Key) || own.Contains(entry.Key))
            {
                if (options.Scalar(entry.Key) is not { } value)
                {
                    continue;
                }

                if (ClientTrial.FaultOf(entry.Key, value.Value) is { } said)
                {
                    options.Error(value, Code, $"the client option '{entry.Key}' cannot be '{value.Shown}': {said}");
                }

                read.Add(new(entry.Key, value.Value));

                continue;
            }

            string why = others.Contains(entry.Key) ? $"it is for {(isInput ? "outputs" : "inputs")}"
                : s_elsewhere.TryGetValue(entry.Key, out string? there) ? there
                : IsSecurity(entry.Key) ? "write 'security_settings.kafka'"
                : entry.Key.StartsWith("queue", StringComparison.Ordinal) ? "queues get their share of 'memory_budget'"
                : "it is not among those that may be" + Spelling.Suggest(entry.Key.Length <= 60 ? entry.Key : "", [.. s_both.Concat(own).Order(StringComparer.Ordinal)]);
            options.Errors.Add(entry.KeyPlace, Code, $"the client option '{(entry.Key.Length <= 60 ? entry.Key : entry.Key[..60] + "…")}' cannot be set here: {why}");
        }

        return read;
    }

    /// <summary>Whether a client can be made of settings; if not, that is an error at the option that librdkafka names.</summary>
    /// <param name="options">The map under <c>options</c>, read.</param>
    /// <param name="type">A producer or a consumer.</param>
    /// <param name="client">All settings of the client, the options among them.</param>
    internal static bool FitTogether(Settings options, int type, IEnumerable<KeyValuePair<string, string>> client)
    {
        if (ClientTrial.FaultOf(type, client.Where(setting => setting.Key != "bootstrap.servers")) is not { } said)
        {
            return true;
        }

        // It calls two of them by their other names.
        string named = said.Replace("`message.timeout.ms`", "`delivery.timeout.ms`", StringComparison.Ordinal).Replace("`max.in.flight`", "`max.in.flight.requests.per.connection`", StringComparison.Ordinal);
        ConfigEntry[] meant = [.. options.Map.Where(entry => entry.Value is ConfigScalar && (named.Contains($"`{entry.Key}`", StringComparison.Ordinal) || named.Contains($"\"{entry.Key}\"", StringComparison.Ordinal)))];
        string together = string.Join(", ", (meant.Length > 0 ? meant : [.. options.Map]).Select(entry => $"'{entry.Key}: {entry.Value}'"));
        options.Errors.Add(meant is [{ Value: ConfigScalar first }, ..] ? first.Place : options.OwnerPlace, Code, $"no client can be made with {together}: {named}");
        return false;
    }

    private static bool IsSecurity(string key) =>
        key.StartsWith("sasl.", StringComparison.Ordinal) || key.StartsWith("ssl.", StringComparison.Ordinal) || key.StartsWith("https.", StringComparison.Ordinal)
        || key is "security.protocol" or "enable.ssl.certificate.verification" or "enable.sasl.oauthbearer.unsecure.jwt";
}
