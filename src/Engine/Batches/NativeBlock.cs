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
        _start = Allocate(length);
    }

    ~NativeBlock() => Free();

    public int Length { get; private set; }

    /// <summary>The first byte; null after <see cref="Dispose"/>.</summary>
    public byte* Start => _start;

    // Safe: the block has Length bytes until it is disposed of.
    public Span<byte> Bytes => new(_start, Length);

    /// <summary>Moves to a larger place with the first <paramref name="kept"/> bytes; spans and pointers into the old one are no longer valid. Allocates nothing managed.</summary>
    public void Grow(int length, int kept)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, Length);
        byte* start = Allocate(length);
        Bytes[..kept].CopyTo(new Span<byte>(start, length));
        Free();
        _start = start;
        Length = length;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static byte* Allocate(int length)
    {
        // Safe: freed once, by Grow, Dispose or the finalizer.
        byte* start = (byte*)NativeMemory.AlignedAlloc((nuint)length + Spare, Alignment);
        new Span<byte>(start + length, Spare).Clear();
        return start;
    }

    private void Free()
    {
        // Safe: AlignedFree takes null, and the pointer is cleared.
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
