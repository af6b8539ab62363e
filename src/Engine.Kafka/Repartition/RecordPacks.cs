using System;
using DataStream.Formats;
using DataStream.Kafka.Native;

namespace DataStream.Kafka.Repartition;

/// <summary>
/// Gathers the records of a payload by the partition of the topic between that they go to: those of each are one message, or a few (<see cref="ForwardedPack"/>). One thread's.
/// </summary>
/// <remarks>
/// A key's partition is the one that Java's clients give it. A record without a key, which has no state, goes where others of its partition without one go. No pack has records of
/// two payloads, so that what is said of a payload is said of its packs; and each fits into a payload of a second half with payloads as large, where its messages can share one.
/// </remarks>
internal sealed class RecordPacks : IFrames
{
    private const int Most = 64 * 1024; // bytes
    private const int Share = 4; // of a payload

    private readonly Pack[] _packs;
    private readonly SendPack _send;
    private readonly int _mostBytes;
    private readonly int _mostRecords;

    /// <param name="partitions">How many the topic has.</param>
    /// <param name="payloadSize">Bytes in a payload.</param>
    /// <param name="batchSize">Rows in a batch; a payload takes more messages.</param>
    /// <param name="longest">What the client takes as one message (<c>message.max.bytes</c>), with some of its own in it.</param>
    /// <param name="send">Sends a pack.</param>
    public RecordPacks(int partitions, int payloadSize, int batchSize, int longest, SendPack send)
    {
        (_packs, _mostBytes, _mostRecords, _send) = (new Pack[partitions], Math.Min(Math.Min(Most, longest / 2), payloadSize / Share), batchSize, send);
        for (int partition = 0; partition < partitions; partition++)
        {
            _packs[partition].Bytes = new byte[ForwardedPack.HeadLength + 1024];
        }
    }

    /// <summary>Nothing is gathered.</summary>
    public bool IsEmpty { get; private set; } = true;

    public int Write(ReadOnlySpan<byte> frames, int group)
    {
        int at = 0;
        while (MessageFrame.TryRead(frames[at..], out MessageFrame frame, out int length))
        {
            int partition = frame.HasKey ? RdKafka.PartitionOf(frame.Key, _packs.Length) : ForwardedMessage.PartitionOf(frame.Value) % _packs.Length;
            Add(partition, frame.Value, group);
            at += length;
        }

        return at;
    }

    /// <summary>Sends what was gathered.</summary>
    public void Send(int group)
    {
        for (int partition = 0; !IsEmpty && partition < _packs.Length; partition++)
        {
            Send(partition, group);
        }

        IsEmpty = true;
    }

    /// <summary>Forgets what was gathered.</summary>
    public void Clear()
    {
        for (int partition = 0; !IsEmpty && partition < _packs.Length; partition++)
        {
            (_packs[partition].Records, _packs[partition].Length) = (0, 0);
        }

        IsEmpty = true;
    }

    private void Add(int partition, ReadOnlySpan<byte> record, int group)
    {
        ref Pack pack = ref _packs[partition];
        int room = ForwardedPack.RecordHeadLength + record.Length;
        if (pack.Records == _mostRecords || (pack.Records > 0 && pack.Length + room > _mostBytes))
        {
            Send(partition, group);
        }

        pack.Length = Math.Max(pack.Length, ForwardedPack.HeadLength);
        if (pack.Bytes.Length - pack.Length < room)
        {
            Array.Resize(ref pack.Bytes, Math.Max(2 * pack.Bytes.Length, pack.Length + room));
        }

        pack.Length += ForwardedPack.Write(pack.Bytes.AsSpan(pack.Length), record);
        pack.Records++;
        IsEmpty = false;
    }

    private void Send(int partition, int group)
    {
        ref Pack pack = ref _packs[partition];
        if (pack.Records > 0)
        {
            ForwardedPack.WriteHead(pack.Bytes, pack.Records);
            _send(partition, pack.Bytes.AsSpan(0, pack.Length), group);
            (pack.Records, pack.Length) = (0, 0);
            if (pack.Bytes.Length > 2 * Most)
            {
                pack.Bytes = new byte[ForwardedPack.HeadLength + 1024]; // one long record is no reason to keep its room
            }
        }
    }

    private struct Pack
    {
        public byte[] Bytes;
        public int Length;
        public int Records;
    }
}
