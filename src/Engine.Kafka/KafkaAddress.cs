using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using DataStream.Config;

namespace DataStream.Kafka;

/// <summary>The parts of <c>kafka://host:port,host:port/topic,topic?group=name</c>.</summary>
/// <param name="Brokers"><c>host:port</c>, with commas between.</param>
/// <param name="Topics">Names, or one pattern that begins with <c>^</c>.</param>
/// <param name="Group">Of the query; null: not there.</param>
internal sealed partial record KafkaAddress(string Brokers, IReadOnlyList<string> Topics, string? Group)
{
    /// <summary>The environment variable that names the brokers of endpoints that name none.</summary>
    public const string BrokersVariable = "KAFKA_BROKER_URL";

    private const int LongestTopic = 249;

    public bool IsPattern => Topics.Count == 1 && Topics[0].StartsWith('^');

    /// <summary>What a pattern has that the C library's regular expressions (POSIX, extended), by which librdkafka matches, do not know; empty: nothing.</summary>
    public string Unknown => IsPattern ? BeyondPosix().Match(Topics[0]).Value : "";

    /// <summary>Whether a topic of the other, an output's, is among ours. Brokers are told apart by how they are written: a cluster under two names is two.</summary>
    public bool Reads(KafkaAddress other) =>
        Brokers.Split(',').Intersect(other.Brokers.Split(','), StringComparer.OrdinalIgnoreCase).Any()
        && (IsPattern ? Regex.IsMatch(other.Topics[0], Topics[0]) : Topics.Contains(other.Topics[0]));

    /// <summary>Reads a URI; when null, the error says what is wrong and what to write.</summary>
    public static KafkaAddress? Parse(string text, bool isInput, out string error)
    {
        if (!(isInput ? EndpointUri.TryParseInput(text, out EndpointUri uri, out error) : EndpointUri.TryParseOutput(text, out uri, out error)))
        {
            return null;
        }

        if (uri.Query.FirstOrDefault(pair => pair.Key != "group" || !isInput) is { Key: { } unknown })
        {
            error = isInput ? $"'{unknown}' is no parameter of kafka:, 'group' is; other keys go beside 'uri'" : $"a kafka: output has no parameters, and '{unknown}' is one";
            return null;
        }

        (string brokers, string topics) = Split(uri.Path);
        brokers = brokers.Length > 0 ? brokers : Environment.GetEnvironmentVariable(BrokersVariable) ?? "";
        brokers = brokers.StartsWith("kafka://", StringComparison.Ordinal) ? brokers["kafka://".Length..].TrimEnd('/') : brokers;
        string[] names = topics.StartsWith('^') ? [topics] : topics.Split(',');
        error = brokers.Length == 0 ? $"'{text}' names no brokers; write kafka://host:9092/topic, or set {BrokersVariable}"
            : topics.Length == 0 ? $"'{text}' names no topic; write kafka://host:9092/topic"
            : !isInput && (names.Length > 1 || topics.StartsWith('^')) ? "an output goes to one topic"
            : names.Select(FaultOf).FirstOrDefault(fault => fault.Length > 0) ?? "";
        return error.Length > 0 ? null : new KafkaAddress(brokers, names, uri.Query.Count > 0 ? uri.Query[0].Value : null);
    }

    private static (string Brokers, string Topics) Split(string path)
    {
        if (!path.StartsWith("//", StringComparison.Ordinal))
        {
            return ("", path.TrimStart('/'));
        }

        int slash = path.IndexOf('/', 2);
        return slash < 0 ? (path[2..], "") : (path[2..slash], path[(slash + 1)..]);
    }

    [GeneratedRegex(@"\\[dD]")]
    private static partial Regex BeyondPosix();

    private static string FaultOf(string topic)
    {
        if (topic.StartsWith('^'))
        {
            try
            {
                _ = Regex.IsMatch("", topic);
                return "";
            }
            catch (ArgumentException mistake)
            {
                return $"'{topic}' is no pattern: {mistake.Message}";
            }
        }

        return topic.Length is > 0 and <= LongestTopic && topic is not ("." or "..") && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? "" : $"'{topic}' is no topic's name: letters, digits, '.', '_' and '-', at most {LongestTopic}";
    }
}
