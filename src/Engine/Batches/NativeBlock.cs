using System;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>A fixed, aligned piece of native memory with readable bytes behind it.</summary>
/// <remarks>Not touched when allocated: the pages come when they are first written.</remarks>
public sealed unsafe class NativeBlock : IDisposable
{
    /// <summary>Readable, meaningless bytes behind every block, so that a kernel may always load a whole vector.</summary>
    public const int Spare = 64;

    private const int Alignment = 128; // two cache lines: neighbours are fetched in pairs
    private byte* _start;

    public NativeBlock(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        // Safe: freed once, in Dispose or the finalizer.
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)length + Spare, Alignment);
        new Span<byte>(_start + length, Spare).Clear();
    }

    ~NativeBlock() => Free();

    public int Length { get; }

    /// <summary>The first byte; null after <see cref="Dispose"/>.</summary>
    public byte* Start => _start;

    // Safe: the block has Length bytes until it is disposed of.
    public Span<byte> Bytes => new(_start, Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        // Safe: AlignedFree takes null, and the pointer is cleared.
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
