using System;
using System.Collections.Generic;
using System.Threading;

namespace DataStream.Batches;

/// <summary>Larger memory for slots whose message has no room in their own: it is the slot's until its consumer is done with it, and charged meanwhile. The producer lends, the consumers return.</summary>
/// <remarks>Dispose of it when nobody uses the ring any more.</remarks>
/// <param name="tryTake">Takes bytes of the budget; false: not now.</param>
/// <param name="giveBack">Gives them back.</param>
internal sealed unsafe class LargerSlots(Func<long, bool> tryTake, Action<long> giveBack) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(NativeBlock Block, nint Own, int Capacity)> _lent = [];
    private int _count;

    /// <summary>Gives an empty slot memory of so many bytes; false: there is not so much now, and what others have of it comes back when they are released.</summary>
    /// <exception cref="Flow.StopException">The budget is spent, and nobody has any of it: 71.</exception>
    public bool TryLend(ref Payload slot, long capacity)
    {
        int length = checked((int)capacity);
        if (!tryTake(length))
        {
            return false;
        }

        var block = new NativeBlock(length);
        lock (_gate)
        {
            _lent.Add((block, (nint)slot.Start, slot.Capacity));
            Volatile.Write(ref _count, _lent.Count);
        }

        // Safe: the block lives until the slot, before it is released, has its own one back.
        slot.Start = block.Start;
        slot.Capacity = block.Length;
        return true;
    }

    /// <summary>A slot that is about to be released has its own memory again.</summary>
    public void Return(ref Payload slot)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return;
        }

        lock (_gate)
        {
            for (int i = 0; i < _lent.Count; i++)
            {
                (NativeBlock block, nint own, int capacity) = _lent[i];
                if (block.Start == slot.Start)
                {
                    // Safe: the ring's own block, which lives as long as the ring; nobody reads the other one any more.
                    slot.Start = (byte*)own;
                    slot.Capacity = capacity;
                    _lent.RemoveAt(i);
                    Volatile.Write(ref _count, _lent.Count);
                    Free(block);
                    return;
                }
            }
        }
    }

    public void Dispose()
    {
        _lent.ForEach(lent => Free(lent.Block));
        _lent.Clear();
    }

    private void Free(NativeBlock block)
    {
        giveBack(block.Length);
        block.Dispose();
    }
}
