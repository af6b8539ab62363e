using System;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>Blocks of words in one growing native list, by index: what belongs to a record and does not fit into it.</summary>
/// <remarks>
/// Blocks have sizes of powers of two; a released block serves the next request of its size. An index stays when the heap grows, a span
/// does not. A plain value: pass it by reference, free it once.
/// </remarks>
public struct NativeHeap
{
    private NativeList<long> _words;
    private FreeBlocks _free; // by the size's logarithm: index + 1 of the first free block, whose first word leads to the next

    /// <summary>The size that a request gets: the next power of two.</summary>
    public static int SizeOf(int words) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(words, 1));

    /// <summary>How many words are taken from the list, released ones included.</summary>
    public readonly int Length => _words.Count;

    public readonly int Capacity => _words.Capacity;

    /// <summary>A block for at least this many words, full of garbage.</summary>
    public int Allocate(int words, Action<long>? charge)
    {
        int size = SizeOf(words);
        int sizeClass = BitOperations.Log2((uint)size);
        long head = _free[sizeClass];
        if (head != 0)
        {
            int block = (int)(head - 1);
            _free[sizeClass] = _words[block];
            return block;
        }

        int at = _words.Count;
        _words.Resize(checked(at + size), charge);
        return at;
    }

    /// <summary>Gives a block back that was allocated for this many words.</summary>
    public void Release(int block, int words)
    {
        int sizeClass = BitOperations.Log2((uint)SizeOf(words));
        _words[block] = _free[sizeClass];
        _free[sizeClass] = block + 1L;
    }

    /// <summary>Asks for the line of a word ahead of its use. Any index will do.</summary>
    public readonly void Prefetch(int at) => _words.Prefetch(at);

    /// <summary>All blocks, also those that are free.</summary>
    public readonly Span<long> All => _words.Items;

    public readonly Span<long> Words(int block, int count) => _words.Items.Slice(block, count);

    /// <summary>The block's words as bytes.</summary>
    public readonly Span<byte> Bytes(int block, int length)
    {
        Debug.Assert(length >= 0);

        // Safe: a view of the same memory at a smaller granularity.
        return MemoryMarshal.AsBytes(_words.Items[block..])[..length];
    }

    /// <summary>The block's words as values of eight bytes.</summary>
    public readonly Span<T> Values<T>(int block, int count) where T : unmanaged
    {
        // Safe: a view of the same words as another type of their size.
        Span<T> values = MemoryMarshal.Cast<long, T>(_words.Items.Slice(block, count));
        Debug.Assert(values.Length == count);
        return values;
    }

    /// <summary>Shows the heap to a walk.</summary>
    public void Walk(StateWalk walk, Action<long>? charge)
    {
        ArgumentNullException.ThrowIfNull(walk);
        walk.List(ref _words, charge);
        walk.Value(ref _free);
    }

    /// <summary>Forgets all blocks and keeps the room.</summary>
    public void Clear()
    {
        _words.Clear();
        _free = default;
    }

    public void Free(Action<long>? charge)
    {
        _words.Free(charge);
        _free = default;
    }

    [InlineArray(32)]
    private struct FreeBlocks
    {
        private long _first;
    }
}
