using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Flow;
using DataStream.Kafka.Native;

namespace DataStream.Kafka;

/// <summary>Makes the topics that are a run's own.</summary>
internal static class InternalTopics
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    /// <summary>Makes topics that are not there, and waits until they are; adds partitions where there are less and <paramref name="grow"/> says so.</summary>
    /// <exception cref="StopException">75: they cannot be made.</exception>
    public static void Ensure(KafkaInput input, IReadOnlyList<string> names, int partitions, Dictionary<string, string> settings, bool grow)
    {
        NativeLibraries.Use();
        using IAdminClient admin = KafkaFaults.Build(new AdminClientBuilder(Topics.AdminSettings(input.Settings())).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build);
        using var pause = new ManualResetEventSlim();
        long began = Stopwatch.GetTimestamp();
        foreach (string name in names)
        {
            while (!Try(() => TryMake(admin, name, partitions, settings, grow), out string fault))
            {
                if (Stopwatch.GetElapsedTime(began) > s_patience)
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
    private static string TryMake(IAdminClient admin, string name, int partitions, Dictionary<string, string> settings, bool grow)
    {
        TopicMetadata topic = admin.GetMetadata(name, s_answer).Topics.Single();
        if (topic.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic)
        {
            admin.CreateTopicsAsync([new TopicSpecification { Name = name, NumPartitions = partitions, ReplicationFactor = -1, Configs = settings }]).GetAwaiter().GetResult();
            return "it is being made";
        }

        if (topic.Error.IsError)
        {
            return topic.Error.Reason;
        }

        if (topic.Partitions.Count >= (grow ? partitions : 1))
        {
            return "";
        }

        admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = name, IncreaseTo = partitions }]).GetAwaiter().GetResult();
        return "partitions are being added";
    }
}
