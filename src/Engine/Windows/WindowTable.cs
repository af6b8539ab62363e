using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>The groups of one window on one lane: a hash table over records of key and states, all of it native.</summary>
/// <remarks>
/// A record is <see cref="RecordLayout.Stride"/> words: the key, then the state of each component. Slots lead to groups by their numbers
/// (<see cref="GroupSlots"/>). What does not fit into a record lies in <see cref="Heap"/>.
/// </remarks>
internal struct WindowTable
{
    /// <summary>First instant of the window; 0 for a global one.</summary>
    public long Start;

    /// <summary>One of <see cref="WindowState"/>; written by the owner while open, by the closing lane from then on.</summary>
    public int State;

    /// <summary>The owner's fold that last met the window, and the window's number in it.</summary>
    public long Met;

    public int MetAs;

    public NativeList<uint> Slots;

    public NativeList<long> Records;

    public NativeHeap Heap;

    /// <summary>How many groups there are.</summary>
    public int Live;

    /// <summary>Record + 1 of the first record given back; its first word leads to the next.</summary>
    public long FreeRecords;

    private const int FirstSlots = 16;

    /// <summary>Fewer slots than these, which fit the nearest cache, are taken to one eighth only: a row that meets a foreign group costs a mispredicted branch.</summary>
    private const int RoomySlots = 8192;

    /// <summary>The most bytes of slots that a table has because it is small, while it grows.</summary>
    public const int RoomyBytes = RoomySlots * sizeof(uint) * 3 / 2;

    /// <summary>Of slots and records that nobody needs to ask for ahead: half of the smallest second cache.</summary>
    private const int NearBytes = 256 << 10;

    /// <summary>Whether slots and records lie in near caches.</summary>
    public readonly bool IsNear => (sizeof(uint) * (long)Slots.Count) + (sizeof(long) * (long)Records.Count) <= NearBytes;

    /// <summary>Bytes of native memory that the table holds.</summary>
    public readonly long Bytes => (sizeof(uint) * (long)Slots.Capacity) + (8L * (Records.Capacity + (long)Heap.Capacity));

    /// <summary>The place of a new record, its states as before any value; the caller writes the key.</summary>
    public int NewRecord(RecordLayout layout, Action<long> charge)
    {
        int place;
        if (FreeRecords != 0)
        {
            place = (int)(FreeRecords - 1);
            FreeRecords = Records[place];
        }
        else
        {
            place = Records.Count;
            Records.Resize(checked(place + layout.Stride), charge);
        }

        layout.Fresh.CopyTo(Records.Items.Slice(place, layout.Stride));
        Live++;
        return place;
    }

    /// <summary>Takes a record back, with what it has in the heap.</summary>
    public void FreeRecord(int place, RecordLayout layout)
    {
        layout.Release(ref this, place);
        Records[place] = FreeRecords;
        FreeRecords = place + 1L;
        Live--;
    }

    /// <summary>Makes the slots ready for at least one more group.</summary>
    public void EnsureSlot(RecordLayout layout, Action<long> charge)
    {
        if (Slots.Count == 0)
        {
            Slots.Resize(FirstSlots, charge);
            Slots.Items.Clear();
        }
        else if ((Live + 1L) * (Slots.Count < RoomySlots ? 8 : 2) > Slots.Count)
        {
            GrowSlots(layout, charge);
        }
    }

    /// <summary>Takes the slot out that leads to a record, and moves later ones up (Knuth, 6.4 R).</summary>
    public void RemoveSlot(uint hash, int place, RecordLayout layout)
    {
        Span<uint> slots = Slots.Items;
        int mask = slots.Length - 1;
        int hole = (int)(hash & (uint)mask);
        int group = place / layout.Stride;
        while (GroupSlots.GroupOf(slots[hole], slots.Length) != group)
        {
            hole = (hole + 1) & mask;
        }

        for (int next = (hole + 1) & mask; slots[next] != 0; next = (next + 1) & mask)
        {
            int home = (int)HashOf(GroupSlots.GroupOf(slots[next], slots.Length), layout) & mask;
            if (((next - home) & mask) >= ((next - hole) & mask))
            {
                slots[hole] = slots[next];
                hole = next;
            }
        }

        slots[hole] = 0;
    }

    /// <summary>Makes the table empty for another window. Keeps its room, but not many times what it used.</summary>
    public void Recycle(Action<long> charge)
    {
        if (Slots.Capacity > 1024 && Slots.Capacity / 16 > Live)
        {
            FreeAll(charge);
        }

        Slots.Items.Clear();
        Records.Clear();
        Heap.Clear();
        Live = 0;
        FreeRecords = 0;
    }

    public void FreeAll(Action<long>? charge)
    {
        Slots.Free(charge);
        Records.Free(charge);
        Heap.Free(charge);
    }

    /// <summary>Asks for a record ahead of its use. Any place will do.</summary>
    public readonly void Prefetch(int place, int stride)
    {
        for (int at = 0; at < stride; at += RecordLayout.LineWords)
        {
            Records.Prefetch(place + at);
        }

        Records.Prefetch(place + stride - 1);
    }

    /// <summary>The hash of a group's key.</summary>
    public readonly uint HashOf(int group, RecordLayout layout) => layout.Key.Hash(Records.Items.Slice(group * layout.Stride, layout.Key.Words));

    /// <summary>Shows the groups to a walk. Slots and what hashes go into are made anew: each process has a seed of its own.</summary>
    public void Walk(StateWalk walk, RecordLayout layout, bool hasSlots, Action<long> charge)
    {
        walk.Value(ref Live);
        walk.Value(ref FreeRecords);
        walk.List(ref Records, charge);
        Heap.Walk(walk, charge);
        if (!walk.IsLoading)
        {
            return;
        }

        if (Records.Count % layout.Stride != 0)
        {
            throw new StateException("records of groups have another length");
        }

        bool[] isFree = new bool[Records.Count / layout.Stride];
        for (long at = FreeRecords; at != 0; at = Records[(int)at - 1])
        {
            isFree[((int)at - 1) / layout.Stride] = true;
        }

        for (int group = 0; group < isFree.Length; group++)
        {
            if (!isFree[group])
            {
                layout.Restore(ref this, group * layout.Stride);
            }
        }

        if (hasSlots && layout.Key.Words > 0)
        {
            FillSlots(layout, isFree, charge);
        }
    }

    private void FillSlots(RecordLayout layout, bool[] isFree, Action<long> charge)
    {
        // By the records that there are, free ones too: a slot has as many bits for a group's number as the slots' number has.
        Slots.Resize((int)Math.Max(FirstSlots, System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(isFree.Length + 1) * 2)), charge);
        Span<uint> slots = Slots.Items;
        slots.Clear();
        for (int group = 0; group < isFree.Length; group++)
        {
            if (!isFree[group])
            {
                PutSlot(slots, HashOf(group, layout), group);
            }
        }
    }

    /// <summary>Puts a group that is not there into the first free slot.</summary>
    private static void PutSlot(Span<uint> slots, uint hash, int group)
    {
        int mask = slots.Length - 1;
        int at = (int)hash & mask;
        while (slots[at] != 0)
        {
            at = (at + 1) & mask;
        }

        slots[at] = GroupSlots.Of(hash, group, slots.Length);
    }

    private void GrowSlots(RecordLayout layout, Action<long> charge)
    {
        NativeList<uint> old = Slots;
        Slots = default;
        Slots.Resize(checked(old.Count * 2), charge);
        Span<uint> slots = Slots.Items;
        slots.Clear();
        Span<int> groups = stackalloc int[GroupBlocks.SlotsAtOnce];
        for (int from = 0; from < old.Count; from += GroupBlocks.SlotsAtOnce)
        {
            foreach (int group in GroupBlocks.Prefetch(ref this, layout, old.Items, from, groups))
            {
                PutSlot(slots, HashOf(group, layout), group);
            }
        }

        old.Free(charge);
    }
}
