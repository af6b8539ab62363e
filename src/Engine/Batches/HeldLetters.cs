using System;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>Dead letters of a payload's results that are written behind it: equal neighbours together, in native memory, which is charged when it grows.</summary>
public sealed class HeldLetters(Action<long> charge) : IDisposable
{
    private readonly NativeBlock _block = new(16 * 1024);
    private int _count;

    /// <summary>In their order.</summary>
    public ReadOnlySpan<Letters> All => Room[.._count];

    // Safe: letters have no references, and any bytes make some.
    private Span<Letters> Room => MemoryMarshal.Cast<byte, Letters>(_block.Bytes);

    public void Add(DeadReason reason, int stage, int column)
    {
        if (_count > 0 && Room[_count - 1] is var last && last.Reason == reason && last.Stage == stage && last.Column == column)
        {
            Room[_count - 1] = last with { Count = last.Count + 1 };
            return;
        }

        if (_count == Room.Length)
        {
            charge(_block.Length);
            _block.Grow(2 * _block.Length, _block.Length);
        }

        Room[_count++] = new Letters(reason, stage, column, 1);
    }

    public void Clear() => _count = 0;

    public void Dispose()
    {
        charge(16 * 1024 - _block.Length);
        _block.Dispose();
    }

    /// <summary>So many letters of one kind.</summary>
    public readonly record struct Letters(DeadReason Reason, int Stage, int Column, int Count);
}
