using System;
using System.Collections.Generic;
using DataStream.Rings;

namespace DataStream.Batches;

/// <summary>A ring of payloads with the native blocks of its slots: all payload memory but the blocks that readers exchange for slots' (<see cref="PayloadBlock"/>).</summary>
public sealed unsafe class PayloadRing : IDisposable
{
    private readonly List<NativeBlock> _blocks = [];

    /// <summary>Bytes of a slot's block: a payload with a line end more than it has room for.</summary>
    public static int BlockSize(int payloadSize) => payloadSize + 2;

    /// <param name="slots">A power of two.</param>
    /// <param name="blockSize">Bytes that a slot has room for.</param>
    /// <param name="counts">Longs that travel with a payload; 0: none.</param>
    /// <param name="strategy">How the producer waits.</param>
    /// <param name="producer">What the producer's thread serves while it waits.</param>
    /// <param name="consumer">What the consumer's thread serves while it waits.</param>
    /// <param name="taking">How the consumer waits; null: as the producer.</param>
    public PayloadRing(int slots, int blockSize, int counts, WaitStrategy strategy, Meanwhile? producer = null, Meanwhile? consumer = null, WaitStrategy? taking = null)
    {
        Ring = new Ring<Payload>(slots, strategy, producer, consumer, taking);
        for (int i = 0; i < slots; i++)
        {
            ref Payload slot = ref Ring[i];
            NativeBlock block = Keep(new NativeBlock(blockSize));
            // Safe: the blocks live until the ring is disposed of, when its threads have ended.
            slot.Start = block.Start;
            slot.Capacity = blockSize;
            slot.Counts = counts == 0 ? null : (long*)Keep(new NativeBlock(counts * sizeof(long))).Start;
            slot.Clear();
        }
    }

    public Ring<Payload> Ring { get; }

    public void Dispose()
    {
        foreach (NativeBlock block in _blocks)
        {
            block.Dispose();
        }
    }

    private NativeBlock Keep(NativeBlock block)
    {
        _blocks.Add(block);
        return block;
    }
}
