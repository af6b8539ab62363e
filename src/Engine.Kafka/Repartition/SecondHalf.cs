using System;
using System.Collections.Generic;
using System.Diagnostics;
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
    private readonly Func<long, bool> _goOn;
    private (string Topic, int Id) _of = ("", -1); // the input's topic that the last record was of
    private bool _hasRecords;

    /// <param name="input">The topic between.</param>
    /// <param name="origin">The input.</param>
    /// <param name="port">Where records go.</param>
    /// <param name="words">Those of event time.</param>
    /// <param name="consumer">Asks for the input's ends.</param>
    /// <param name="goOn">Between the payloads of one pack, with the time since which there is no room: commits what is whole, and tells whether the rest is still wanted. Partitions may come and go there.</param>
    /// <exception cref="Flow.StopException">75: the input cannot be asked for.</exception>
    public SecondHalf(KafkaInput input, KafkaInput origin, MessagePort port, LaneWords words, IConsumer<Ignore, Ignore> consumer, Func<long, bool> goOn)
    {
        _goOn = goOn;
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

    /// <summary>A pack was left in its midst, since nothing of it is wanted any more: no payload is begun.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>The pack's partition went in its midst: its messages are given back.</summary>
    public bool IsGone { get; private set; }

    /// <summary>A payload begins.</summary>
    public void Begin() => (_hasRecords, IsCutOff, IsGone) = (false, false, false);

    /// <summary>Takes a message; false when it must go into another payload.</summary>
    /// <exception cref="StopException">74: it is none that a first half writes.</exception>
    public bool TryTake(MessagePoll poll, int index, PartitionProgress partition)
    {
        ReadOnlySpan<byte> value = poll.ValueOf(index);
        if (ForwardedPack.TryOpen(value, out int count, out ReadOnlySpan<byte> records))
        {
            return TryTake(records, count, poll.OffsetOf(index), partition);
        }

        if (!ForwardedMessage.TryRead(value, out ForwardedMessage word) || !word.IsWord)
        {
            throw Stranger(partition, poll.OffsetOf(index));
        }

        partition.Told.Note((NameOf(word.Topic), word.Partition), word.Offset, word.Time, word.IsQuiet);
        return true;
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
        for (int taken = 0; taken < count || !records.IsEmpty; taken++)
        {
            if (!ForwardedPack.TryTake(ref records, out ForwardedMessage message) || message.IsWord || taken == count)
            {
                throw Stranger(partition, offset);
            }

            if (!IsName(message.Topic, _of.Topic))
            {
                _of = (NameOf(message.Topic), IdOf(NameOf(message.Topic)));
            }

            _port.ComesFrom(_of.Id, message.Partition, offset);
            long began = Stopwatch.GetTimestamp();
            bool waits = false;
            while (!_port.TryAdd(message.Value, message.Key, message.HasKey, message.Headers, message.Offset, message.Time))
            {
                if (!isBegun && _hasRecords)
                {
                    return false;
                }

                if (waits)
                {
                    _port.WaitBriefly(); // an empty payload has no room, too: memory or a registry is waited for
                }

                waits = true;
                if (!TryBeginAnother(partition, began))
                {
                    IsCutOff = true;
                    return false;
                }

                _port.ComesFrom(_of.Id, message.Partition, offset);
            }

            isBegun = _hasRecords = true;
        }

        return true;
    }

    /// <summary>
    /// A pack that fits into no payload (of a process whose payloads are larger, or with messages that share none): the payload goes, and its position with the one that has the
    /// pack's end. The transaction that has ended is committed meanwhile, or the outputs would wait for that and nothing would move; one that has a part of the pack is not.
    /// </summary>
    private bool TryBeginAnother(PartitionProgress partition, long began)
    {
        int term = partition.Term;
        _ = _port.EndWithin();
        do
        {
            bool isWanted = _goOn(began) && !_port.IsBroken;
            IsGone = !partition.IsOwned || partition.Term != term;
            if (!isWanted || IsGone)
            {
                return false;
            }

            if (_port.TryBegin(partition.Task, partition.TopicId, partition.Number))
            {
                return true;
            }

            _port.WaitBriefly();
        }
        while (true);
    }

    private static StopException Stranger(PartitionProgress partition, long offset) => new(ExitCode.InputOutput,
        $"kafka: topic '{partition.Topic}', partition {partition.Number}, offset {offset}: this is nothing that the first half of this version writes; nobody else may write there. Let the version that wrote it read the topic to its end, or delete the topic where what it holds may be lost");

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
