using System;
using System.Collections.Generic;

namespace DataStream.Batches;

/// <summary>Larger memory for slots whose message has no room in their own: it is the slot's until that is claimed again, and charged meanwhile. The producer's thread.</summary>
/// <remarks>Dispose of it when nobody uses the ring any more.</remarks>
/// <param name="charge">Charges bytes, or ends the run with 71.</param>
/// <param name="tryCharge">Charges them where there are so many.</param>
internal sealed unsafe class LargerSlots(Action<long> charge, Func<long, bool> tryCharge) : IDisposable
{
    private readonly List<(NativeBlock Block, nint Own, int Capacity)> _lent = [];

    /// <summary>Gives an empty slot memory of so many bytes; false: the budget has not so many left now, and what other slots have of it comes back when they are claimed again.</summary>
    /// <exception cref="Flow.StopException">The budget is spent, and no slot has any of it: 71.</exception>
    public bool TryLend(ref Payload slot, long capacity)
    {
        int length = checked((int)capacity);
        if (_lent.Count == 0)
        {
            charge(length);
        }
        else if (!tryCharge(length))
        {
            return false;
        }

        var block = new NativeBlock(length);
        _lent.Add((block, (nint)slot.Start, slot.Capacity));
        // Safe: the block lives until the slot, claimed again, has its own one back.
        slot.Start = block.Start;
        slot.Capacity = block.Length;
        return true;
    }

    /// <summary>A claimed slot has its own memory again.</summary>
    public void Return(ref Payload slot)
    {
        for (int i = 0; i < _lent.Count; i++)
        {
            (NativeBlock block, nint own, int capacity) = _lent[i];
            if (block.Start == slot.Start)
            {
                // Safe: the ring's own block, which lives as long as the ring; its consumer has released the other one.
                slot.Start = (byte*)own;
                slot.Capacity = capacity;
                _lent.RemoveAt(i);
                Free(block);
                return;
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
        charge(-block.Length);
        block.Dispose();
    }
}
