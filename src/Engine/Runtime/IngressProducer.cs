namespace DataStream.Runtime;

/// <summary>One of several producers of an <see cref="Ingress{T}"/>, with a ring of its own: its events keep their order, nothing is allocated and nothing locked.</summary>
/// <remarks>One thread at a time publishes to it. The lane takes turns between the producers that have something.</remarks>
public sealed class IngressProducer<T> where T : unmanaged
{
    private readonly ProducerRing<T> _ring;

    internal IngressProducer(ProducerRing<T> ring) => _ring = ring;

    /// <summary>Hands an event over; false when this producer's ring is full or the pipeline has ended.</summary>
    public bool TryPublish(in T item) => _ring.TryPublish(in item);

    /// <summary>Hands an event over, waiting while this producer's ring is full; false when the pipeline has ended.</summary>
    public bool Publish(in T item) => _ring.Publish(in item);
}
