using System;
using DataStream.Kernels;

namespace DataStream.Batches;

/// <summary>Raw bytes of many whole records: a slot of a ring.</summary>
/// <remarks>
/// A struct over a native block, its own or a reader's that was exchanged for it (<see cref="PayloadBlock"/>); the ring is the pool. Between claim and publish it belongs to
/// the producer, between take and release to the consumer.
/// </remarks>
public unsafe struct Payload
{
    /// <summary>The block's first byte. <see cref="NativeBlock.Spare"/> readable bytes follow its capacity.</summary>
    public byte* Start;

    /// <summary>How many bytes the block has room for.</summary>
    public int Capacity;

    /// <summary>How many bytes are filled.</summary>
    public int Length;

    /// <summary>Position in the input's payload sequence, from 0.</summary>
    public long Number;

    /// <summary>Which input or file the bytes are from: an index in the run's list of sources.</summary>
    public int Source;

    /// <summary>Which header map the decoder uses: an index in the format's list.</summary>
    public int Header;

    /// <summary>The physical line (1-based) where the first byte lies; 0 where the format has no lines.</summary>
    public long FirstLine;

    /// <summary>The position of the first byte in its (decompressed) file.</summary>
    public long FirstOffset;

    /// <summary>Of an input of messages: the offset behind the last one.</summary>
    public long NextOffset;

    /// <summary>What a word about a partition tells (<see cref="PayloadMarks.Resume"/>, <see cref="PayloadMarks.Idle"/>): an event time, where messages have their next offset.</summary>
    public long ToldTime
    {
        readonly get => NextOffset;
        set => NextOffset = value;
    }

    /// <summary>What the bytes, which are UTF-8, were in the file: offsets count its bytes.</summary>
    public TextEncoding Encoding;

    /// <summary>Of an input of messages: the place of the first (<see cref="PayloadMessages"/>); 0: there is none.</summary>
    public int FirstMessage;

    /// <summary>How many messages there are.</summary>
    public int Messages;

    /// <summary>Bytes in use at the block's end.</summary>
    public int Tail;

    /// <summary>The partition of the messages; −1 where the input has none.</summary>
    public int Partition;

    /// <summary>The index of the input's partition in the run's list; −1 where the input has none.</summary>
    public int Task;

    /// <summary><see cref="System.Diagnostics.Stopwatch"/> ticks when the bytes arrived; 0 of an ingress.</summary>
    public long Arrival;

    public PayloadMarks Marks;

    /// <summary>Input: which generation of the chain works on it. It grows by one with each module that is registered while the pipeline runs.</summary>
    public int Generation;

    /// <summary>Where <see cref="PayloadMarks.Fault"/> is set: the number of the fault in the run's list.</summary>
    public int Fault;

    /// <summary>Output ring: how many rows end in this slot.</summary>
    public int Rows;

    /// <summary>Output ring of <c>main</c>: counts that travel with the payload; null elsewhere.</summary>
    public long* Counts;

    // Safe: Length ≤ Capacity, and the block lives as long as the ring.
    public readonly ReadOnlySpan<byte> Bytes => new(Start, Length);

    /// <summary>The counts that travel with an output payload: <paramref name="length"/> of them, as many as the ring was made with.</summary>
    // Safe: the run allocates the same number for every slot that has counts.
    public readonly Span<long> CountsOf(int length) => new(Counts, length);

    /// <summary>Where the producer writes.</summary>
    // Safe: Length + Tail ≤ Capacity, and the block lives as long as the ring.
    public readonly Span<byte> Free => new(Start + Length, Capacity - Tail - Length);

    public readonly bool Has(PayloadMarks mark) => (Marks & mark) != 0;

    /// <summary>Empties the slot and keeps its block.</summary>
    public void Clear()
    {
        Length = 0;
        Number = 0;
        Source = 0;
        Header = 0;
        FirstLine = 1;
        FirstOffset = 0;
        NextOffset = 0;
        Encoding = TextEncoding.Utf8;
        FirstMessage = 0;
        Messages = 0;
        Tail = 0;
        Partition = -1;
        Task = -1;
        Arrival = 0;
        Marks = PayloadMarks.None;
        Generation = 0;
        Fault = -1;
        Rows = 0;
    }
}
