using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>An array outside the managed heap that grows: tables, pools and logs of a lane. New items are zero.</summary>
/// <remarks>
/// Growing allocates nothing managed and charges the account before it takes the memory. Spans and refs into the array last until the
/// next <see cref="Resize"/>. One thread's.
/// </remarks>
/// <param name="charge">Is told the bytes that are added (negative: given back); it throws when a budget is spent. Null: nobody counts.</param>
public sealed unsafe class NativeArray<T>(Action<long>? charge) : IDisposable where T : unmanaged
{
    private T* _start;

    ~NativeArray() => Free();

    /// <summary>How many items there are.</summary>
    public int Length { get; private set; }

    // Safe: the array has Length items until it is resized or disposed of.
    public Span<T> Items => new(_start, Length);

    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)Length)
            {
                ThrowOutside(index);
            }

            // Safe: the index was checked.
            return ref _start[index];
        }
    }

    /// <summary>Makes the array longer or shorter, and keeps what is in both.</summary>
    public void Resize(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        long bytes = (long)length * sizeof(T);
        long before = (long)Length * sizeof(T);
        charge?.Invoke(bytes - before);

        // Safe: the system's realloc moves what is there; it is never asked for 0 bytes, which would free the block.
        _start = (T*)NativeMemory.Realloc(_start, (nuint)Math.Max(bytes, 1));
        if (bytes > before)
        {
            // Safe: the block has at least `bytes` bytes now.
            NativeMemory.Clear((byte*)_start + before, (nuint)(bytes - before));
        }

        Length = length;
    }

    /// <summary>Room for <paramref name="length"/> items, at least half as many again as now when it has to grow.</summary>
    public void EnsureLength(int length)
    {
        if (length > Length)
        {
            Resize((int)Math.Min(Math.Max(length, Length + (Length / 2L)), Array.MaxLength));
        }
    }

    public void Dispose()
    {
        if (Length > 0)
        {
            charge?.Invoke(-(long)Length * sizeof(T));
        }

        Free();
        GC.SuppressFinalize(this);
    }

    [DoesNotReturn]
    private static void ThrowOutside(int index) => throw new ArgumentOutOfRangeException(nameof(index), index, "outside the array");

    private void Free()
    {
        // Safe: free takes null, and the pointer is cleared.
        NativeMemory.Free(_start);
        _start = null;
        Length = 0;
    }
}
