using System;
using System.Runtime.CompilerServices;

namespace DataStream.Rings;

/// <summary>Free slots that a producer was given: it fills them in place and publishes them, or lets the claim go, which abandons them.</summary>
/// <remarks>For a loop that publishes one by one, <see cref="RingWriter{T}"/> is quicker.</remarks>
public readonly ref struct RingClaim<T> where T : struct
{
    private readonly RingCore<T, Native> _core;
    private readonly long _position;
    private readonly int _count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // into the producer's loop, so that its fields become registers
    internal RingClaim(RingCore<T, Native> core, long position, int count)
    {
        _core = core;
        _position = position;
        _count = count;
    }

    /// <summary>How many slots were given; 0 when the ring is poisoned or the wait was cancelled.</summary>
    public int Count => _count;

    /// <summary>The first slot.</summary>
    public ref T Slot
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
        get => ref this[0];
    }

    /// <summary>A slot by its place in the claim.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
        get
        {
            if ((uint)index >= (uint)_count)
            {
                ThrowOutOfRange();
            }

            return ref _core.At(_position + index);
        }
    }

    /// <summary>Hands over the slots, once.</summary>
    /// <exception cref="InvalidOperationException">Others were published since, or nothing was given.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // as above
    public void Publish() => _core.Publish(_position, _count);

    /// <summary>Hands over the first so many of the slots, once, and abandons the others.</summary>
    /// <exception cref="InvalidOperationException">Others were published since, or not so many were given.</exception>
    public void Publish(int count)
    {
        if ((uint)count > (uint)_count)
        {
            ThrowOutOfRange();
        }

        _core.Publish(_position, count);
    }

    private static void ThrowOutOfRange() => throw new InvalidOperationException("the claim has no such slot");
}
