using System;

namespace DataStream.Batches;

/// <summary>Memory as long as a slot's, that a reader fills and gives to a slot for the slot's own: bytes change hands without a copy.</summary>
/// <remarks>Dispose of it when nobody uses the ring any more: a slot may have what was its first memory.</remarks>
public sealed unsafe class PayloadBlock : IDisposable
{
    private readonly NativeBlock _first;
    private byte* _start;

    /// <param name="length">Bytes that a slot has room for (<see cref="Payload.Capacity"/>).</param>
    public PayloadBlock(int length)
    {
        _first = new NativeBlock(length);
        _start = _first.Start;
    }

    // Safe: its own memory, or a slot's of the same length, and both live as long as the ring.
    public Span<byte> Bytes => new(_start, _first.Length);

    /// <summary>Gives the memory to an empty slot between claim and publish, and takes the slot's, with a copy of <paramref name="rest"/> at its front.</summary>
    /// <param name="slot">Its length is the caller's to set.</param>
    /// <param name="rest">Bytes of this block that are not the slot's.</param>
    public void Exchange(ref Payload slot, ReadOnlySpan<byte> rest)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(slot.Capacity, _first.Length);
        rest.CopyTo(slot.Free);

        // Safe: both are of one length, and the claimed slot's memory is the producer's.
        (nint given, nint taken) = ((nint)_start, (nint)slot.Start);
        slot.Start = (byte*)given;
        _start = (byte*)taken;
    }

    public void Dispose() => _first.Dispose();
}
