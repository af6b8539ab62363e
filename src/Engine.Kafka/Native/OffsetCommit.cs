using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace DataStream.Kafka.Native;

/// <summary>A list of next offsets on its way to the group's coordinator or from there, each with the event time up to which windows of the partition are closed. One thread's.</summary>
internal sealed unsafe class OffsetCommit(nint client)
{
    private const string TimePrefix = "max_event_time=";

    private nint _list;

    /// <summary>The next offset to read of a partition; <see cref="long.MinValue"/>: without a time.</summary>
    public void Add(string topic, int partition, long next, long time = long.MinValue)
    {
        if (_list == 0)
        {
            _list = RdKafka.NewList(16);
        }

        // Safe: the entry lives as long as the list, which frees what its metadata points to.
        var entry = (Entry*)RdKafka.Add(_list, topic, partition);
        entry->Offset = next;
        if (time != long.MinValue)
        {
            ReadOnlySpan<byte> text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{TimePrefix}{time}"));
            // Safe: allocated with the library's own allocator, as long as the text.
            entry->Metadata = (byte*)RdKafka.Allocate(client, (nuint)text.Length);
            text.CopyTo(new Span<byte>(entry->Metadata, text.Length));
            entry->MetadataLength = (nuint)text.Length;
        }
    }

    /// <summary>librdkafka's list of what was added; it lasts until <see cref="Clear"/>.</summary>
    public nint List => _list;

    public bool IsEmpty => _list == 0;

    /// <summary>Forgets what was added, and leaves the list to who has it.</summary>
    public void Leave() => _list = 0;

    /// <summary>Forgets what was added.</summary>
    public void Clear()
    {
        if (_list != 0)
        {
            RdKafka.DestroyList(_list);
            _list = 0;
        }
    }

    /// <summary>Sends what was added; does not wait for the answer. 0, or the error.</summary>
    public int Send() => Send(isAsync: true);

    /// <summary>Sends what was added and waits for the answer. 0, or the error, also that of a single partition.</summary>
    public int SendAndWait() => Send(isAsync: false);

    /// <summary>What was committed of partitions: the offset, −1 where none was, and the time with it, <see cref="long.MinValue"/> where there is none. Those of which nobody answers are left out.</summary>
    public static Dictionary<(string Topic, int Partition), (long Offset, long Time)> Committed(nint client, IReadOnlyCollection<(string Topic, int Partition)> partitions, int milliseconds)
    {
        var committed = new Dictionary<(string, int), (long, long)>();
        nint list = RdKafka.NewList(partitions.Count);
        foreach ((string topic, int partition) in partitions)
        {
            RdKafka.Add(list, topic, partition);
        }

        // Safe: the list has as many entries as it says, and lives until it is destroyed below.
        var head = (Head*)list;
        bool isKnown = RdKafka.Committed(client, list, milliseconds) == 0;
        for (int i = 0; isKnown && i < head->Count; i++)
        {
            // Safe: see above.
            Entry entry = head->Entries[i];
            if (entry.Error != 0)
            {
                continue;
            }

            string text = entry.Metadata is null ? "" : Encoding.UTF8.GetString(entry.Metadata, (int)entry.MetadataLength);
            bool hasTime = text.StartsWith(TimePrefix, StringComparison.Ordinal);
            long time = hasTime && long.TryParse(text.AsSpan(TimePrefix.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long read) ? read : long.MinValue;
            committed[(Marshal.PtrToStringUTF8(entry.Topic)!, entry.Partition)] = (Math.Max(-1, entry.Offset), time);
        }

        RdKafka.DestroyList(list);
        return committed;
    }

    private int Send(bool isAsync)
    {
        if (_list == 0)
        {
            return 0;
        }

        int error = RdKafka.Commit(client, _list, isAsync ? 1 : 0);
        // Safe: the list is ours, and has as many entries as it says.
        var head = (Head*)_list;
        for (int i = 0; error == 0 && !isAsync && i < head->Count; i++)
        {
            // Safe: as above.
            error = head->Entries[i].Error;
        }

        Clear();
        return error;
    }

    /// <summary><c>rd_kafka_topic_partition_list_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Head
    {
        public int Count;
        public int Size;
        public Entry* Entries;
    }

    /// <summary><c>rd_kafka_topic_partition_t</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public nint Topic;
        public int Partition;
        public long Offset;
        public byte* Metadata;
        public nuint MetadataLength;
        public nint Opaque;
        public int Error;
        public nint Private;
    }
}
