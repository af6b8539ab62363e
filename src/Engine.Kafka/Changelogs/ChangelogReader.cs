using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;

namespace DataStream.Kafka.Changelogs;

/// <summary>Reads changelogs from their beginnings to their ends, as what is committed there.</summary>
internal sealed class ChangelogReader(KafkaInput input, Func<bool> givesUp)
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2); // without one message

    private long _asked;

    /// <summary>Is told how many messages were read, and how many there are about.</summary>
    public Action<long, long>? Progress { get; set; }

    /// <summary>What the partitions of these topics hold, by changelog, partition and the input's topic; null: it was given up.</summary>
    /// <exception cref="StopException">75: they cannot be read.</exception>
    public Dictionary<(string Changelog, int Partition, string Topic), KeptPages>? Read(IReadOnlyCollection<TopicPartition> partitions)
    {
        NativeLibraries.Use();
        var found = new Dictionary<(string, int, string), KeptPages>();
        if (Ends(partitions, out long total) is not { } ends)
        {
            return null;
        }

        if (ends.Count == 0)
        {
            return found;
        }

        using IConsumer<byte[], byte[]?> consumer = Consumer(IsolationLevel.ReadCommitted);
        consumer.Assign(ends.Keys.Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
        long read = 0;
        long last = Stopwatch.GetTimestamp();
        Progress?.Invoke(read, total);
        while (ends.Count > 0)
        {
            if (GivesUp())
            {
                return null;
            }

            ConsumeResult<byte[], byte[]?>? message = Next(consumer, ref last);
            if (message is null)
            {
                continue;
            }

            if (message.IsPartitionEOF)
            {
                // What a transaction of before has not settled yet is waited for: the end is that of all messages.
                if (ends.TryGetValue(message.TopicPartition, out long end) && message.Offset.Value >= end)
                {
                    ends.Remove(message.TopicPartition);
                }

                continue;
            }

            last = Stopwatch.GetTimestamp();
            Progress?.Invoke(++read, total);
            Take(message, found);
        }

        consumer.Unassign();
        return found;
    }

    /// <summary>Asked between messages, but not for each one.</summary>
    private bool GivesUp()
    {
        if (Stopwatch.GetElapsedTime(_asked) < s_poll)
        {
            return false;
        }

        _asked = Stopwatch.GetTimestamp();
        return givesUp();
    }

    private static void Take(ConsumeResult<byte[], byte[]?> message, Dictionary<(string, int, string), KeptPages> found)
    {
        if (!ChangelogKey.TryRead(message.Message.Key, out string topic, out PageName? page))
        {
            return; // nobody else writes there
        }

        (string, int, string) place = (message.Topic, message.Partition.Value, topic);
        if (!found.TryGetValue(place, out KeptPages? kept))
        {
            found.Add(place, kept = new KeptPages());
        }

        if (page is not { } name)
        {
            kept.Mark = message.Message.Value;
        }
        else if (message.Message.Value is { } bytes)
        {
            kept.Pages[name] = bytes;
        }
        else
        {
            kept.Pages.Remove(name);
        }
    }

    private ConsumeResult<byte[], byte[]?>? Next(IConsumer<byte[], byte[]?> consumer, ref long last)
    {
        string fault = "no answer";
        try
        {
            if (consumer.Consume(s_poll) is { } message)
            {
                return message;
            }
        }
        catch (ConsumeException failure)
        {
            fault = failure.Error.Reason;
            last = KafkaFaults.IsForGood(failure.Error.Code) ? 0 : last;
        }

        if (Stopwatch.GetElapsedTime(last) > s_patience)
        {
            throw new StopException(ExitCode.Unavailable, $"kafka: group '{input.Group}': cannot read the states of partitions that were kept, as {input.Principal}: {fault}");
        }

        return null;
    }

    /// <summary>Where the partitions end, also behind what is not settled; those without a message are left out. Null: it was given up, and nothing is known of them.</summary>
    private Dictionary<TopicPartition, long>? Ends(IReadOnlyCollection<TopicPartition> partitions, out long total)
    {
        var ends = new Dictionary<TopicPartition, long>();
        total = 0;
        using IConsumer<byte[], byte[]?> consumer = Consumer(IsolationLevel.ReadUncommitted);
        long began = Stopwatch.GetTimestamp();
        foreach (TopicPartition partition in partitions)
        {
            WatermarkOffsets? range = null;
            while (range is null && !givesUp())
            {
                try
                {
                    range = consumer.QueryWatermarkOffsets(partition, s_answer);
                }
                catch (KafkaException failure)
                {
                    if (KafkaFaults.IsForGood(failure.Error.Code) || Stopwatch.GetElapsedTime(began) > s_patience)
                    {
                        throw new StopException(ExitCode.Unavailable, $"kafka: topic '{partition.Topic}': cannot read as {input.Principal}: {failure.Error.Reason}");
                    }
                }
            }

            if (range is null)
            {
                return null;
            }

            if (range.High.Value > range.Low.Value)
            {
                ends.Add(partition, range.High.Value);
                total += range.High.Value - range.Low.Value;
            }
        }

        return ends;
    }

    private IConsumer<byte[], byte[]?> Consumer(IsolationLevel isolation)
    {
        // No member of the group: it is told what to read, and whatever must fit a session fits none here.
        var settings = new ConsumerConfig(input.Settings()
            .Where(pair => pair.Key is not ("group.instance.id" or "group.protocol" or "group.remote.assignor" or "partition.assignment.strategy" or "session.timeout.ms" or "heartbeat.interval.ms" or "max.poll.interval.ms"))
            .ToDictionary(pair => pair.Key, pair => pair.Value))
        {
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnablePartitionEof = true,
            IsolationLevel = isolation,
        };
        return KafkaFaults.Build(new ConsumerBuilder<byte[], byte[]?>(settings).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build);
    }
}
