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
    private (string Topic, int Partition) _of;
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
        if (!ForwardedMessage.TryRead(poll.ValueOf(index), out ForwardedMessage message))
        {
            return true; // nobody else writes there
        }

        if (message.IsWord)
        {
            partition.Told.Note((NameOf(message.Topic), message.Partition), message.Offset, message.Time, message.IsQuiet);
            return true;
        }

        // A payload is of one place of the input, which its letters and columns name.
        if (_hasRecords && (message.Partition != _of.Partition || !IsName(message.Topic, _of.Topic)))
        {
            return false;
        }

        if (!_hasRecords)
        {
            _of = (NameOf(message.Topic), message.Partition);
            _port.ComesFrom(IdOf(_of.Topic), _of.Partition);
        }

        bool isTaken = _port.TryAdd(message.Value, message.Key, message.HasKey, message.Headers, message.Offset, message.Time);
        _hasRecords |= isTaken;
        return isTaken;
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
