using System;

namespace DataStream.Runtime;

/// <summary>One of several producers of an <see cref="Ingress{T}"/>, with a ring of its own: its events keep their order, nothing is allocated and nothing locked.</summary>
/// <remarks>One thread at a time publishes to it. The lane takes turns between the producers that have something. One that is disposed of leaves its ring to the next that is added.</remarks>
public sealed class IngressProducer<T> : IDisposable where T : unmanaged
{
    private readonly ProducerRings<T> _rings;
    private ProducerRing<T>? _ring;

    internal IngressProducer(ProducerRings<T> rings)
    {
        _rings = rings;
        _ring = rings.Add();
    }

    private ProducerRing<T> Ring => _ring ?? throw new ObjectDisposedException(nameof(IngressProducer<T>));

    /// <summary>Hands an event over; false when this producer's ring is full or the pipeline has ended.</summary>
    public bool TryPublish(in T item) => Ring.TryPublish(in item);

    /// <summary>Hands an event over, waiting while this producer's ring is full; false when the pipeline has ended.</summary>
    public bool Publish(in T item) => Ring.Publish(in item);

    /// <summary>Nothing follows from this producer; what it handed over stays. The thread that publishes.</summary>
    public void Dispose()
    {
        if (_ring is { } ring)
        {
            _ring = null;
            _rings.Leave(ring);
        }
    }
}
