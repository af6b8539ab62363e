using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using DataStream.Formats;
using DataStream.Sources;

namespace DataStream.Kafka.Repartition;

/// <summary>
/// Tells every partition of the topic between how far our partitions of the input are: behind all that was sent of them, when that is acknowledged or committed with it.
/// Said again after a while, for who has come since. Reader thread only.
/// </summary>
/// <param name="partitions">Ours.</param>
/// <param name="targets">How many partitions the topic has.</param>
/// <param name="interval">Of changes, in microseconds.</param>
/// <param name="idleTimeout">After which a partition that says nothing is quiet, in milliseconds; null: never, but one that never said anything is.</param>
/// <param name="send">Sends bytes to a partition.</param>
internal sealed class ProgressWords(PartitionTable partitions, int targets, long interval, long? idleTimeout, Action<int, byte[]> send)
{
    private const int Beat = 1000; // milliseconds, and one for each message: a thousand messages in a second at most

    private readonly Dictionary<PartitionProgress, (long Next, long Time, bool IsQuiet)> _said = [];
    private long _last;
    private long _nextBeat;

    /// <summary>What the first half of a run says beside the messages; null: this is none.</summary>
    /// <param name="input">What it reads.</param>
    /// <param name="port">Where its messages go.</param>
    /// <param name="partitions">Ours.</param>
    /// <param name="send">Sends bytes to a partition of a topic.</param>
    /// <exception cref="Flow.StopException">75: the topic is not there.</exception>
    public static ProgressWords? Of(KafkaInput input, MessagePort port, PartitionTable partitions, Action<string, int, byte[]> send)
    {
        if (!port.Forwards || input.Main is not { Topic: var topic })
        {
            return null;
        }

        int targets = Topics.Require(input.Settings(), [topic], "write to", input.Principal, input.Config.Errors)[topic];
        return new ProgressWords(partitions, targets, input.Config.Stream.CommitInterval, input.Config.Stream.EventTime?.IdleTimeout / 1000, (target, word) => send(topic, target, word));
    }

    /// <summary>Whether something is to be said.</summary>
    public bool IsDue
    {
        get
        {
            if (Stopwatch.GetElapsedTime(_last).TotalMicroseconds < interval)
            {
                return false;
            }

            bool isBeat = Environment.TickCount64 >= _nextBeat;
            foreach (PartitionProgress partition in partitions.All)
            {
                if (partition.IsOwned && (isBeat || !_said.TryGetValue(partition, out (long, long, bool) said) || said != StateOf(partition)))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Says what has changed, or all.</summary>
    public void Say(bool all = false)
    {
        _last = Stopwatch.GetTimestamp();
        all |= Environment.TickCount64 >= _nextBeat;
        int owned = 0;
        foreach (PartitionProgress partition in partitions.All)
        {
            if (!partition.IsOwned)
            {
                _said.Remove(partition);
                continue;
            }

            owned++;
            (long Next, long Time, bool IsQuiet) now = StateOf(partition);
            if (all || !_said.TryGetValue(partition, out (long, long, bool) said) || said != now)
            {
                _said[partition] = now;
                byte[] word = Write(partition, now);
                for (int target = 0; target < targets; target++)
                {
                    send(target, word);
                }
            }
        }

        _nextBeat = all ? Environment.TickCount64 + Beat + (owned * targets) : _nextBeat;
    }

    /// <summary>What was said did not arrive.</summary>
    public void TakeBack() => _said.Clear();

    private (long Next, long Time, bool IsQuiet) StateOf(PartitionProgress partition)
    {
        long next = Math.Max(partition.Position(out long time), partition.StartAt);
        time = Math.Max(time, partition.ResumedAt);
        bool isAtEnd = partition is { IsAtEnd: true, HasUnacknowledged: false, FirstInHand: < 0 };
        bool isQuiet = isAtEnd && (time == long.MinValue || Environment.TickCount64 - partition.QuietSince >= idleTimeout);
        return (isAtEnd ? Math.Max(next, partition.EndedAt) : next, time, isQuiet);
    }

    private static byte[] Write(PartitionProgress partition, (long Next, long Time, bool IsQuiet) state)
    {
        byte[] topic = Encoding.UTF8.GetBytes(partition.Topic);
        byte[] word = new byte[ForwardedMessage.HeadLength + topic.Length];
        ForwardedMessage.WriteHead(word, isWord: true, state.IsQuiet, partition.Number, state.Next, state.Time, topic.Length, -1, 0);
        topic.CopyTo(word, ForwardedMessage.HeadLength);
        return word;
    }
}
