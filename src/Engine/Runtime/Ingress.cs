using System;
using System.Collections.Generic;
using System.Linq;
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
        if (!_ring.HasSlot || _ring.IsPoisoned || _ring.IsCompleted)
        {
            return false;
        }

        _ring.Slot() = item;
        _ring.Publish();
        return true;
    }

    /// <summary>Hands an event over, waiting while the ring is full; false when the pipeline has ended.</summary>
    public bool Publish(in T item)
    {
        if (_ring.IsCompleted || !_ring.WaitForSlot())
        {
            return false;
        }

        _ring.Slot() = item;
        _ring.Publish();
        return true;
    }

    public override void Complete() => _ring.Complete();

    internal override bool WaitForItem() => _ring.WaitForItem();

    internal override Decoder CreateDecoder(IReadOnlyList<DecodeField> fields) => new StructDecoder<T>(_ring, _fields, fields);
}
