using System;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>
/// Blocks of native memory of many sizes, named by number: what a lane keeps per key (key bytes, windows of values). Returned blocks are used again.
/// </summary>
/// <remarks>
/// A block takes the next power of two of its bytes, at least <see cref="Unit"/>; its content is garbage when rented. Renting may move the
/// pool: spans last until the next <see cref="Rent"/>. One thread's; allocates nothing managed.
/// </remarks>
/// <param name="charge">Is told the bytes that the pool grows by, before it grows; it throws when a budget is spent. Null: nobody counts.</param>
public sealed unsafe class NativePool(Action<long>? charge) : IDisposable
{
    /// <summary>Blocks are numbered in units of this many bytes.</summary>
    public const int Unit = 16;

    private const int MostStep = 1 << 26; // growth by half, but no more than 64 MiB at once, so that a budget can be used up

    private readonly int[] _free = new int[32]; // heads of the lists of returned blocks, by power of two in units; 0 = none
    private byte* _start;
    private long _length;
    private long _used = Unit; // block 0 is none

    ~NativePool() => Free();

    /// <summary>Bytes that were taken from the system.</summary>
    public long Length => _length;

    /// <summary>A block of at least so many bytes; never 0.</summary>
    public int Rent(int bytes)
    {
        int size = SizeClass(bytes);
        int block = _free[size];
        if (block != 0)
        {
            // Safe: a returned block has a unit at least, whose first bytes name the next one.
            _free[size] = *(int*)(_start + ((long)block * Unit));
            return block;
        }

        long end = _used + ((long)Unit << size);
        if (end > _length)
        {
            Grow(end);
        }

        block = (int)(_used / Unit);
        _used = end;
        return block;
    }

    /// <summary>Takes back a block that was rented for so many bytes.</summary>
    public void Return(int block, int bytes)
    {
        int size = SizeClass(bytes);

        // Safe: the block was rented, and has a unit at least.
        *(int*)(_start + ((long)block * Unit)) = _free[size];
        _free[size] = block;
    }

    /// <summary>The bytes that a block for so many bytes really has.</summary>
    public static int Capacity(int bytes) => Unit << SizeClass(bytes);

    /// <summary>The first items of a block.</summary>
    public Span<T> Items<T>(int block, int count) where T : unmanaged
    {
        long at = (long)block * Unit;
        if (block <= 0 || count < 0 || at + ((long)count * sizeof(T)) > _used)
        {
            throw new ArgumentOutOfRangeException(nameof(block), block, "outside the pool");
        }

        // Safe: the range lies inside the pool, as was checked.
        return new Span<T>(_start + at, count);
    }

    public void Dispose()
    {
        if (_length > 0)
        {
            charge?.Invoke(-_length);
        }

        Free();
        GC.SuppressFinalize(this);
    }

    private static int SizeClass(int bytes) => bytes <= Unit ? 0 : BitOperations.Log2((uint)(bytes - 1)) - 3;

    private void Grow(long length)
    {
        length = Math.Max(length, _length + Math.Clamp(_length / 2, 4096, MostStep));
        if (length / Unit > int.MaxValue)
        {
            throw new InvalidOperationException("A pool of native blocks ends at 32 GiB; use fewer keys or shorter windows.");
        }

        charge?.Invoke(length - _length);

        // Safe: realloc keeps what is there.
        _start = (byte*)NativeMemory.Realloc(_start, (nuint)length);
        _length = length;
    }

    private void Free()
    {
        // Safe: free takes null, and the pointer is cleared.
        NativeMemory.Free(_start);
        _start = null;
        _length = 0;
    }
}
