using System.Collections.Generic;
using System.Linq;

namespace DataStream.Kafka.Repartition;

/// <summary>The topic that records go through to be with others of their key: as many partitions as the input has when it is made.</summary>
/// <remarks>What the second half has committed is deleted there (<see cref="Purge"/>); nothing is lost by its age. Partitions are never added: keys would move away from their state.</remarks>
internal static class RepartitionTopic
{
    private const string MostBytes = "2065536"; // a record with its message's key, headers and place is longer than the message: what our client sends, and a batch's head

    private static readonly Dictionary<string, string> s_settings = new() { ["cleanup.policy"] = "delete", ["retention.ms"] = "-1", ["retention.bytes"] = "-1", ["segment.bytes"] = "67108864", ["max.message.bytes"] = MostBytes };

    public static string NameOf(string group, string stage) => $"{group}-{stage}-repartition";

    /// <summary>Makes it where it is not there.</summary>
    /// <exception cref="Flow.StopException">75: it cannot be made, or the input is not there.</exception>
    public static void Ensure(KafkaInput behind, KafkaInput origin)
    {
        int partitions = Topics.Require(origin.Settings(), origin.Address.Topics, "read", origin.Principal, origin.Config.Errors).Values.Max();
        InternalTopics.Ensure(behind, behind.Address.Topics, partitions, s_settings, grow: false);
    }
}
