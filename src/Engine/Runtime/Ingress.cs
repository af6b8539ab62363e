using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>Rings of structs in front of a lane. One thread publishes here; more threads add a producer each. Nothing is allocated and nothing locked.</summary>
/// <typeparam name="T">
/// An unmanaged struct. Its public fields and auto-properties map to columns in snake_case: whole numbers and enums to int64, float and double to float64,
/// <see cref="bool"/> to bool, <see cref="Timestamp"/> and <see cref="System.DateTime"/> (taken as UTC) to timestamp; each of them also as a nullable. NaN and infinities are null.
/// </typeparam>
public sealed class Ingress<T> : IngressPort where T : unmanaged
{
    private readonly ProducerRings<T> _rings;
    private readonly ProducerRing<T> _own;
    private readonly IReadOnlyList<StructField> _fields;

    internal Ingress(string name, int capacity, WaitStrategy strategy)
    {
        Name = name;
        _rings = new ProducerRings<T>(capacity, strategy);
        _own = _rings.Add();
        _fields = StructField.Of<T>(isInput: true);
        Fields = [.. _fields.Select((field, ordinal) => new DecodeField(field.Column, field.Type, ordinal))];
    }

    public override string Name { get; }

    public override IReadOnlyList<DecodeField> Fields { get; }

    /// <summary>Hands an event over; false when the ring is full or the pipeline has ended.</summary>
    public bool TryPublish(in T item) => _own.TryPublish(in item);

    /// <summary>Hands an event over, waiting while the ring is full; false when the pipeline has ended.</summary>
    public bool Publish(in T item) => _own.Publish(in item);

    /// <summary>One more producer, with a ring as large as the first one's: for another thread, at any time. Disposed of, it makes room for another.</summary>
    public IngressProducer<T> AddProducer() => new(_rings);

    public override void Complete() => _rings.Complete();

    internal override void Abandon() => _rings.Abandon();

    internal override long Bytes => _rings.Bytes;

    internal override int Waiting => _rings.Waiting;

    internal override void Release(int count) => _rings.Release(count);

    internal override bool WaitForItem() => _rings.WaitForItem();

    internal override void WaitAs(WaitStrategy strategy) => _rings.WaitAs(strategy);

    internal override Decoder CreateDecoder(IReadOnlyList<DecodeField> fields) => new StructDecoder<T>(_rings, _fields, fields);
}
