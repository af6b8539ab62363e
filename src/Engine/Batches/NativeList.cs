using System;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Batches;

/// <summary>A list outside the managed heap that may itself lie there: tables that come and go without a managed object.</summary>
/// <remarks>
/// A plain value over a pointer: copy it never, pass it by reference, and <see cref="Free"/> it once. Spans and refs into it last until it grows.
/// One thread's. Items that <see cref="Resize"/> adds are garbage. The first item begins a cache line.
/// </remarks>
public unsafe struct NativeList<T> where T : unmanaged
{
    private const int Alignment = 64; // a cache line

    private byte* _block;
    private T* _start;

    /// <summary>How many items are in use.</summary>
    public int Count { get; private set; }

    /// <summary>How many items there is room for.</summary>
    public int Capacity { get; private set; }

    // Safe: there is room for Capacity ≥ Count items until the list grows or is freed.
    public readonly Span<T> Items => new(_start, Count);

    public readonly ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count);

            // Safe: the index was checked.
            return ref _start[index];
        }
    }

    /// <summary>Asks for an item's cache line ahead of its use; where the machine has no such hint nothing happens. Any index will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // the hint is one instruction
    public readonly void Prefetch(int index)
    {
        // Safe: a hint reads nothing, whatever the address.
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_start + index);
        }
    }

    /// <summary>Makes the list this long; room at least doubles where it grows. The charge comes before the memory is taken.</summary>
    public void Resize(int count, Action<long>? charge)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (count > Capacity)
        {
            Grow(Math.Min(Math.Max(count, 2L * Capacity), Math.Max(count, Array.MaxLength)), charge);
        }

        Count = count;
    }

    public int Add(T item, Action<long>? charge)
    {
        if (Count == Capacity)
        {
            Resize(checked(Count + 1), charge);
            Count--;
        }

        // Safe: Count < Capacity.
        _start[Count] = item;
        return Count++;
    }

    /// <summary>Whether both are views of the same memory.</summary>
    public readonly bool IsSameAs(in NativeList<T> other) => _start == other._start;

    /// <summary>Forgets the items and keeps the room.</summary>
    public void Clear() => Count = 0;

    /// <summary>Gives the memory back. The list is empty and usable afterwards.</summary>
    public void Free(Action<long>? charge)
    {
        charge?.Invoke(-(long)Capacity * sizeof(T));

        // Safe: free takes null, and the pointers are cleared.
        NativeMemory.Free(_block);
        _block = null;
        _start = null;
        Count = 0;
        Capacity = 0;
    }

    private void Grow(long capacity, Action<long>? charge)
    {
        Debug.Assert(capacity is > 0 and <= int.MaxValue);
        charge?.Invoke((capacity - Capacity) * sizeof(T));

        // Safe: realloc moves the items that there are, and the block has room for the list wherever in its first line the list begins. What was not at
        // the same distance from the block's start is moved once more; large blocks, whose pages the system only maps elsewhere, always begin alike.
        nint before = (nint)((byte*)_start - _block);
        _block = (byte*)NativeMemory.Realloc(_block, (nuint)((capacity * sizeof(T)) + Alignment));
        nint now = (nint)((Alignment - ((nuint)_block % Alignment)) % Alignment);
        if (now != before)
        {
            Buffer.MemoryCopy(_block + before, _block + now, capacity * sizeof(T), (long)Count * sizeof(T));
        }

        _start = (T*)(_block + now);
        Capacity = (int)capacity;
    }
}
