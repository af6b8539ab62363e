using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>One value outside the managed heap, at an address that stays: a handle to be copied freely and freed once.</summary>
public readonly unsafe struct NativeCell<T> where T : unmanaged
{
    private readonly T* _at;

    /// <summary>A new cell, all bytes zero; its size is charged.</summary>
    public NativeCell(Action<long>? charge)
    {
        charge?.Invoke(sizeof(T));

        // Safe: freed once, by Free.
        _at = (T*)NativeMemory.AllocZeroed((nuint)sizeof(T));
    }

    public bool IsNull => _at == null;

    public ref T Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_at == null)
            {
                ThrowEmpty();
            }

            // Safe: the cell was allocated, and its owner frees it when nobody has the handle any more.
            return ref *_at;
        }
    }

    public void Free(Action<long>? charge)
    {
        charge?.Invoke(-sizeof(T));

        // Safe: the caller gives up the only use of the handle.
        NativeMemory.Free(_at);
    }

    private static void ThrowEmpty() => throw new InvalidOperationException("the cell is empty");
}
