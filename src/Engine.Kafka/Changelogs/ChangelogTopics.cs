using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Flow;
using DataStream.Kafka.Native;

namespace DataStream.Kafka.Changelogs;

/// <summary>The compacted topics that states are kept in, one for each module, with as many partitions as the input has.</summary>
internal sealed class ChangelogTopics(KafkaInput input, IReadOnlyList<KeptState> states)
{
    private const int LongestTopic = 249;
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal); // whose partitions have their places
    private int _partitions;

    /// <summary>The topics in the order of the states.</summary>
    public IReadOnlyList<string> Names { get; } = [.. states.Select(state => NameOf(input.Group, state.Name))];

    public static string NameOf(string group, string module) => $"{group}-{module}-changelog";

    /// <summary>Why the name cannot be a topic's, or null.</summary>
    public static string? FaultOf(string group, string module) =>
        NameOf(group, module) is var name && name.Length <= LongestTopic && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? null : $"the state of '{module}' would be in the topic '{name}', which is no topic's name: letters, digits, '.', '_' and '-', at most {LongestTopic}; change the group's or the module's";

    /// <summary>Makes the topics where they are not there, with a place for each partition of these topics.</summary>
    /// <exception cref="StopException">75: they cannot be made.</exception>
    public void Ensure(IEnumerable<string> inputs)
    {
        string[] unknown = [.. inputs.Where(topic => !_inputs.Contains(topic)).Distinct(StringComparer.Ordinal)];
        if (unknown.Length == 0)
        {
            return;
        }

        int needed = Topics.Require(input.Settings(), unknown, "read", input.Principal, input.Config.Errors).Values.Max();
        if (needed > _partitions)
        {
            Make(needed);
            _partitions = needed;
        }

        _inputs.UnionWith(unknown);
    }

    private void Make(int partitions)
    {
        NativeLibraries.Use();
        using IAdminClient admin = new AdminClientBuilder(Topics.AdminSettings(input.Settings())).SetLogHandler((_, _) => { }).Build();
        using var pause = new ManualResetEventSlim();
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        string fault = "";
        foreach (string name in Names)
        {
            while (!Try(() => TryMake(admin, name, partitions), out fault))
            {
                if (System.Diagnostics.Stopwatch.GetElapsedTime(began) > s_patience)
                {
                    throw new StopException(ExitCode.Unavailable, $"kafka: topic '{name}': cannot make it, with {partitions} partitions, as {input.Principal}: {fault}");
                }

                pause.Wait(TimeSpan.FromMicroseconds(input.Config.Errors.Backoff));
            }
        }
    }

    private static bool Try(Func<string> step, out string fault)
    {
        try
        {
            fault = step();
        }
        catch (KafkaException failure)
        {
            fault = failure is CreateTopicsException { Results: [{ Error: var why }, ..] } ? why.Reason : failure.Error.Reason;
        }

        return fault.Length == 0;
    }

    /// <summary>A step toward the topic; empty when it is as it should be.</summary>
    private static string TryMake(IAdminClient admin, string name, int partitions)
    {
        TopicMetadata topic = admin.GetMetadata(name, s_answer).Topics.Single();
        if (topic.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic)
        {
            admin.CreateTopicsAsync([new TopicSpecification
            {
                Name = name,
                NumPartitions = partitions,
                ReplicationFactor = -1,
                Configs = new Dictionary<string, string> { ["cleanup.policy"] = "compact", ["min.cleanable.dirty.ratio"] = "0.1", ["segment.ms"] = "600000" },
            }]).GetAwaiter().GetResult();
            return "it is being made";
        }

        if (topic.Error.IsError)
        {
            return topic.Error.Reason;
        }

        if (topic.Partitions.Count >= partitions)
        {
            return "";
        }

        admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = name, IncreaseTo = partitions }]).GetAwaiter().GetResult();
        return "partitions are being added";
    }
}
