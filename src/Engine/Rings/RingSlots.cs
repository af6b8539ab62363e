using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Rings;

/// <summary>The circle of slots, with 128 bytes that nobody uses at both ends: they keep the neighbours on the heap off the circle's cache lines.</summary>
/// <remarks>
/// Plain slots begin at a cache line (at two: some processors have lines of 128 bytes), so that one of 64 bytes is one line to hand over, which its
/// neighbours do not share. Slots with references do not: the collector finds those by the array's elements.
/// </remarks>
internal readonly struct RingSlots<T> where T : struct
{
    private const int Apart = 128;

    private readonly T[] _array;
    private readonly nint _first; // bytes from the array's first element to the first slot
    private readonly int _mask;

    public RingSlots(int slots)
    {
        // Safe: only the size is asked for.
        int size = Unsafe.SizeOf<T>();
        _mask = slots - 1;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            int before = (Apart + size - 1) / size;
            _array = new T[slots + (2 * before)];
            _first = before * size;
        }
        else
        {
            // Safe: the array is pinned, so its address stays; one Apart more makes room for the alignment.
            _array = GC.AllocateArray<T>(slots + (((3 * Apart) + size - 1) / size), pinned: true);
            nint start = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
            _first = ((start + (2 * Apart) - 1) & -Apart) - start;
        }
    }

    public int Capacity => _mask + 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // called for each event: a call costs as much as the work
    public ref T At(long position)
    {
        // Safe: 0 ≤ position & _mask ≤ _mask, and the array has at least Apart bytes before and behind that many slots.
        ref T first = ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(_array), _first);
        return ref Unsafe.Add(ref first, (nint)(uint)((int)position & _mask));
    }

    /// <summary>So many slots from a position on, up to the end of the circle.</summary>
    public Span<T> Between(long position, int most) =>
        // Safe: the caller asks for none below zero, and there is none behind the last slot.
        MemoryMarshal.CreateSpan(ref At(position), Math.Min(most, Capacity - ((int)position & _mask)));
}
