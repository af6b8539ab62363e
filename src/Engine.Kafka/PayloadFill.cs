using System;
using System.Threading;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>Puts the messages of a partition into a payload, as many as it has room for. Reader thread only, but for <see cref="Bytes"/>.</summary>
/// <param name="poll">Where the messages are.</param>
/// <param name="hand">In which order.</param>
/// <param name="port">Where they go.</param>
/// <param name="second">They came through a topic between two halves; null: they are the input's.</param>
/// <param name="needsHeaders">Whether the plan uses their headers.</param>
internal sealed class PayloadFill(MessagePoll poll, MessagesInHand hand, MessagePort port, SecondHalf? second, bool needsHeaders)
{
    private long _bytes;

    /// <summary>Bytes of values that were handed over. Any thread.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Fills and hands over the payload begun.</summary>
    public void Fill(PartitionProgress partition)
    {
        (long first, long last, long time) = (-1, -1, -1);
        int index = partition.FirstInHand;
        long bytes = 0;
        second?.Begin();
        for (; index >= 0; index = hand.Following(index))
        {
            ReadOnlySpan<byte> value = poll.ValueOf(index);
            long messageTime = poll.TimeOf(index);
            if (!(second?.TryTake(poll, index, partition) ?? port.TryAdd(value, poll.KeyOf(index), poll.HasKey(index), needsHeaders ? poll.HeadersOf(index) : default, poll.OffsetOf(index), messageTime)))
            {
                break;
            }

            bytes += value.Length;
            (last, time) = (poll.OffsetOf(index), messageTime);
            first = first < 0 ? last : first;
            poll.Destroy(index);
        }

        if (second is { IsGone: true })
        {
            return; // with all that is in hand of it
        }

        hand.Passed(partition, index);
        if (second is { IsCutOff: true })
        {
            partition.Begin(first >= 0 ? first : poll.OffsetOf(index)); // what went, a part of this message at least, is read again
            return;
        }

        long payload = port.End();
        if (last >= 0)
        {
            partition.HandOver(payload, first, last + 1);
            partition.LastTime = time;
            partition.IsDone |= partition.End >= 0 && last + 1 >= partition.End;
        }

        second?.End(partition);
        Volatile.Write(ref _bytes, _bytes + bytes);
    }
}
