using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Kafka.Native;

namespace DataStream.Kafka;

/// <summary>Asks the brokers for topics before anything is read or written: what is not there, or refused, is told with its name while nothing is lost yet.</summary>
internal static class Topics
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(5);

    /// <summary>The partitions of topics by name.</summary>
    /// <param name="client">How the brokers are reached.</param>
    /// <param name="topics">Their names.</param>
    /// <param name="operation">For messages: <c>read</c>, <c>write to</c>.</param>
    /// <param name="principal">Who we are.</param>
    /// <param name="retry">How often it is tried.</param>
    /// <param name="before">How many partitions they are known to have had; null: the run begins now.</param>
    /// <param name="mayBeGone">One that is not there is no fault.</param>
    /// <exception cref="StopException">75: one is not there or refused, or nobody answers, after the retries.</exception>
    public static IReadOnlyDictionary<string, int> Require(ClientConfig client, IReadOnlyList<string> topics, string operation, string principal, ErrorHandling retry, IReadOnlyDictionary<string, int>? before = null, bool mayBeGone = false)
    {
        NativeLibraries.Use();
        AdminClientConfig settings = AdminSettings(client);
        string last = "";
        using IAdminClient admin = KafkaFaults.Build(new AdminClientBuilder(settings).SetLogHandler((_, _) => { }).SetErrorHandler((_, error) => Note(error)).Build);
        // That no broker is left says less than why each one went.
        void Note(Error error)
        {
            if (error.Code != ErrorCode.Local_AllBrokersDown || Volatile.Read(ref last).Length == 0)
            {
                Volatile.Write(ref last, error.Reason);
            }
        }

        using var pause = new ManualResetEventSlim();
        var found = new Dictionary<string, int>(StringComparer.Ordinal);
        long wait = retry.Backoff;
        for (int attempt = 1; ; attempt++)
        {
            string fault = "";
            foreach (string topic in topics.Where(topic => !found.ContainsKey(topic)))
            {
                fault = Ask(admin, topic, before, mayBeGone, found) is { Length: > 0 } why ? $"kafka: topic '{topic}': cannot {operation} as {principal}: {why}" : fault;
            }

            if (fault.Length == 0)
            {
                return found;
            }

            if (attempt >= retry.MaxAttempts)
            {
                throw new StopException(ExitCode.Unavailable, Volatile.Read(ref last) is { Length: > 0 } reason ? $"{fault}; {reason}" : fault);
            }

            pause.Wait(TimeSpan.FromMicroseconds(wait));
            wait = Math.Min(2 * wait, retry.MaxBackoff);
        }
    }

    /// <summary>How the brokers are reached, of the settings of a producer or consumer.</summary>
    public static AdminClientConfig AdminSettings(ClientConfig client) => new(client.Where(pair => IsOfReach(pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value));

    private static string Ask(IAdminClient admin, string topic, IReadOnlyDictionary<string, int>? known, bool mayBeGone, Dictionary<string, int> found)
    {
        int before = known?.GetValueOrDefault(topic) ?? 0;
        try
        {
            // A topic that was there is looked for among all: brokers may make one anew that is asked for by its name.
            Metadata answers = known is null ? admin.GetMetadata(topic, s_answer) : admin.GetMetadata(s_answer);
            TopicMetadata? answer = answers.Topics.Find(each => each.Topic == topic);
            if (mayBeGone && (answer is null || answer.Error.Code == ErrorCode.UnknownTopicOrPart))
            {
                found[topic] = 0;
                return "";
            }

            if (answer is null)
            {
                return new Error(ErrorCode.UnknownTopicOrPart).Reason;
            }

            if (answer.Error.IsError || answer.Partitions.Count == 0)
            {
                return answer.Error.IsError ? answer.Error.Reason : "it has no partitions yet";
            }

            if (answer.Partitions.Count < before)
            {
                return $"it was made again with fewer partitions, {answer.Partitions.Count} instead of {before}: start again";
            }

            found[topic] = answer.Partitions.Count;
            return "";
        }
        catch (KafkaException fault)
        {
            return fault.Error.Reason;
        }
    }

    /// <summary>Whether a setting says how brokers are reached: it is of every client, others are of a producer or consumer alone.</summary>
    public static bool IsOfReach(string name) =>
        name.StartsWith("ssl.", StringComparison.Ordinal) || name.StartsWith("sasl.", StringComparison.Ordinal) || name.StartsWith("https.", StringComparison.Ordinal) || name.StartsWith("socket.", StringComparison.Ordinal)
        || name is "bootstrap.servers" or "security.protocol" or "client.id" or "enable.ssl.certificate.verification" or "enable.sasl.oauthbearer.unsecure.jwt" or "broker.address.family" or "client.dns.lookup";
}
