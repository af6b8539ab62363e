using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka.Repartition;

/// <summary>
/// Takes what came through the topic between apart: records go to the lanes as the messages that they were, and words of how far the input's partitions are become event time:
/// windows close by what all of them have reached. Reader thread only.
/// </summary>
internal sealed class SecondHalf
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(30);

    private readonly MessagePort _port;
    private readonly LaneWords _words;
    private readonly bool _hasEventTime;
    private readonly HashSet<(string Topic, int Partition)> _origins = [];
    private readonly Dictionary<(string, int), long> _ends = [];
    private readonly Dictionary<string, int> _topics = new(StringComparer.Ordinal);
    private readonly bool _mayEnd;
    private (string Topic, int Id) _of = ("", -1); // the input's topic that the last record was of
    private bool _hasRecords;

    /// <exception cref="Flow.StopException">75: the input cannot be asked for.</exception>
    public SecondHalf(KafkaInput input, KafkaInput origin, MessagePort port, LaneWords words, IConsumer<Ignore, Ignore> consumer)
    {
        (_port, _words, _mayEnd) = (port, words, input.Ends);
        _hasEventTime = input.Config.Stream.EventTime is not null;
        foreach ((string topic, int partitions) in Topics.Require(origin.Settings(), origin.Address.Topics, "read", origin.Principal, origin.Config.Errors))
        {
            for (int partition = 0; partition < partitions; partition++)
            {
                _origins.Add((topic, partition));
                if (_mayEnd && RangeOf(new TopicPartition(topic, partition), consumer, origin) is var range && range.High.Value > range.Low.Value)
                {
                    _ends.Add((topic, partition), range.High.Value);
                }
            }
        }
    }

    /// <summary>A payload begins.</summary>
    public void Begin() => _hasRecords = false;

    /// <summary>Takes a message; false when it must go into another payload.</summary>
    public bool TryTake(MessagePoll poll, int index, PartitionProgress partition)
    {
        ReadOnlySpan<byte> value = poll.ValueOf(index);
        if (ForwardedPack.TryOpen(value, out int count, out ReadOnlySpan<byte> records))
        {
            return TryTake(records, count, poll.OffsetOf(index), partition);
        }

        if (ForwardedMessage.TryRead(value, out ForwardedMessage message) && message.IsWord)
        {
            partition.Told.Note((NameOf(message.Topic), message.Partition), message.Offset, message.Time, message.IsQuiet);
        }

        return true; // nobody else writes there
    }

    /// <summary>Behind a payload: event time goes on to what all have reached, and the partition may have ended.</summary>
    public void End(PartitionProgress partition)
    {
        OriginTimes told = partition.Told;
        if (_hasEventTime && told.Through(_origins) is var time && time > partition.GoneOnTo)
        {
            partition.GoneOnTo = time;
            _words.GoOn(partition, time);
        }

        partition.IsDone |= _mayEnd && told.HaveReached(_ends);
    }

    /// <summary>
    /// Takes a pack's records. A pack stands at one offset, so that nothing may be committed in its midst: it goes into one payload, and where it fits into none into several, between
    /// which nothing else happens.
    /// </summary>
    private bool TryTake(ReadOnlySpan<byte> records, int count, long offset, PartitionProgress partition)
    {
        if (_hasRecords && !_port.HasRoomFor(records.Length, count))
        {
            return false;
        }

        bool isBegun = false;
        while (ForwardedPack.TryTake(ref records, out ForwardedMessage message))
        {
            if (!IsName(message.Topic, _of.Topic))
            {
                _of = (NameOf(message.Topic), IdOf(NameOf(message.Topic)));
            }

            _port.ComesFrom(_of.Id, message.Partition, offset);
            while (!_port.TryAdd(message.Value, message.Key, message.HasKey, message.Headers, message.Offset, message.Time))
            {
                if (!isBegun && _hasRecords)
                {
                    return false;
                }

                if (!TryBeginAnother(partition))
                {
                    return true; // nothing is worked on any more
                }

                _port.ComesFrom(_of.Id, message.Partition, offset);
            }

            isBegun = _hasRecords = true;
        }

        return true;
    }

    /// <summary>A pack of a process whose payloads are larger, or whose records are read in another way: the payload goes, and its position with the one that has the pack's end.</summary>
    private bool TryBeginAnother(PartitionProgress partition)
    {
        _ = _port.End();
        while (!_port.TryBegin(partition.Task, partition.TopicId, partition.Number))
        {
            if (_port.IsBroken)
            {
                return false;
            }

            _port.WaitBriefly();
        }

        return true;
    }

    private static WatermarkOffsets RangeOf(TopicPartition place, IConsumer<Ignore, Ignore> consumer, KafkaInput origin)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(place, s_answer);
        }
        catch (KafkaException failure)
        {
            throw new StopException(ExitCode.Unavailable, $"kafka: topic '{place.Topic}': cannot read as {origin.Principal}: {failure.Error.Reason}");
        }
    }

    private int IdOf(string topic)
    {
        if (!_topics.TryGetValue(topic, out int id))
        {
            _topics.Add(topic, id = _port.AddTopic(topic));
        }

        return id;
    }

    private static bool IsName(ReadOnlySpan<byte> bytes, string name) => bytes.Length == name.Length && Ascii.Equals(bytes, name);

    private string NameOf(ReadOnlySpan<byte> topic)
    {
        foreach ((string name, _) in _origins)
        {
            if (IsName(topic, name))
            {
                return name;
            }
        }

        return Encoding.UTF8.GetString(topic);
    }
}
