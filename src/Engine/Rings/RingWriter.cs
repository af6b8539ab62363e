using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Rings;

/// <summary>The producer's end of a ring for a loop that publishes item by item: wait for a slot, fill it in place, publish it.</summary>
/// <remarks>
/// The position lives in a register from one item to the next, instead of being read back from the ring behind the stores into the slot: an item
/// of 64 bytes takes 1.8 instead of 3.3 ns (Zen 3). A slot that is not published is abandoned: it is the next one again.
/// Nothing else publishes while a writer is in use.
/// </remarks>
public ref struct RingWriter<T> where T : struct
{
    private readonly RingCore<T, Native> _core;
    private long _next;
    private long _limit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // into the producer's loop, so that its fields become registers
    internal RingWriter(RingCore<T, Native> core)
    {
        _core = core;
        _next = core.Next;
        _limit = _next;
    }

    /// <summary>The slot that was waited for.</summary>
    public readonly ref T Slot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
        get
        {
            Debug.Assert(_next < _limit, "a slot is used before it was waited for");
            return ref _core.At(_next);
        }
    }

    /// <summary>Waits for a free slot.</summary>
    /// <returns>False when the ring is poisoned or the wait was cancelled. Slots that were free at the last look are given all the same.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public bool Wait(CancellationToken cancellation = default)
    {
        if (_next < _limit)
        {
            return true;
        }

        _limit = _core.AwaitLimit(_next, cancellation);
        return _next < _limit;
    }

    /// <summary>Hands over the slot.</summary>
    /// <exception cref="System.InvalidOperationException">It was not waited for, or something else published since.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public void Publish()
    {
        long position = _next;
        if (position >= _limit)
        {
            RingCore<T, Native>.ThrowNotWaitedFor();
        }

        _next = position + 1;
        _core.Publish(position, 1);
    }
}
