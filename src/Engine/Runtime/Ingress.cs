using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>A ring of structs in front of a lane. One thread publishes; nothing is allocated and nothing locked.</summary>
/// <typeparam name="T">
/// An unmanaged struct. Its public fields and auto-properties map to columns in snake_case: whole numbers and enums to int64, float and double to float64,
/// <see cref="bool"/> to bool, <see cref="Timestamp"/> and <see cref="DateTime"/> (taken as UTC) to timestamp. NaN and infinities are null.
/// </typeparam>
public sealed class Ingress<T> : IngressPort where T : unmanaged
{
    private readonly Ring<T> _ring;
    private readonly IReadOnlyList<StructField> _fields;
    private long _last = long.MaxValue; // how many structs count in all; known when the lane has ended
    private bool _ends;

    internal Ingress(string name, int capacity, WaitStrategy strategy)
    {
        Name = name;
        _ring = new Ring<T>(capacity, strategy);
        _fields = StructField.Of<T>();
        Fields = [.. _fields.Select((field, ordinal) => new DecodeField(field.Column, field.Type, ordinal))];
    }

    public override string Name { get; }

    public override IReadOnlyList<DecodeField> Fields { get; }

    /// <summary>Hands an event over; false when the ring is full or the pipeline has ended.</summary>
    public bool TryPublish(in T item)
    {
        return _ring.HasSlot && HandOver(in item);
    }

    /// <summary>Hands an event over, waiting while the ring is full; false when the pipeline has ended.</summary>
    public bool Publish(in T item)
    {
        return !_ring.IsCompleted && _ring.WaitForSlot() && HandOver(in item);
    }

    public override void Complete() => _ring.Complete();

    internal override int Waiting => (int)Math.Min(_ring.Available, _last - _ring.Taken);

    internal override void Release(int count) => _ring.Release(count);

    internal override bool WaitForItem()
    {
        if (_ring.WaitForItem())
        {
            return Waiting > 0;
        }

        if (!_ends)
        {
            // The producer stores an item and looks for this; the lane stores this and looks for an item: one of them sees the other's (asymmetric Dekker).
            Volatile.Write(ref _ends, true);
            Interlocked.MemoryBarrierProcessWide();
            Volatile.Write(ref _last, _ring.Published);
        }

        return Waiting > 0;
    }

    private bool HandOver(in T item)
    {
        if (_ring.IsCompleted)
        {
            return false;
        }

        long place = _ring.Published;
        _ring.Slot() = item;
        _ring.Publish();
        return !Volatile.Read(ref _ends) || IsTaken(place);
    }

    /// <summary>Whether an item that was handed over while the lane ended is among those that it still takes.</summary>
    private bool IsTaken(long place)
    {
        var wait = default(SpinWait);
        while (Volatile.Read(ref _last) == long.MaxValue)
        {
            wait.SpinOnce();
        }

        return place < _last;
    }

    internal override Decoder CreateDecoder(IReadOnlyList<DecodeField> fields) => new StructDecoder<T>(_ring, _fields, fields);
}
