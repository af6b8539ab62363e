using System;
using DataStream.Batches;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>Where a lane's payloads come from. Lane thread only.</summary>
internal abstract class LaneInput
{
    /// <summary>The payload waited for; the lane's until <see cref="Release"/>.</summary>
    public abstract ref Payload Item { get; }

    /// <summary>Waits for a payload; false when nothing follows.</summary>
    public abstract bool Wait();

    public abstract void Release();
}

/// <summary>Payloads of bytes, from a reader.</summary>
/// <param name="ring">Where they are.</param>
/// <param name="larger">Where messages have memory from that no slot has room for; null: nobody has.</param>
internal sealed class RingInput(Ring<Payload> ring, LargerSlots? larger) : LaneInput
{
    public override ref Payload Item => ref ring.Item;

    public override bool Wait() => ring.WaitForItem();

    public override void Release()
    {
        larger?.Return(ref ring.Item);
        ring.ReleaseQuietly();
    }
}

/// <summary>Payloads of bytes that whichever lane is free takes.</summary>
internal sealed class SharedInput(Ring<Payload>[] places, PayloadTakers takers, int lane) : LaneInput
{
    private long _number;
    private Ring<Payload> _place = places[0];

    public override ref Payload Item => ref _place.Item;

    public override bool Wait()
    {
        _number = takers.Take(lane);
        _place = places[takers.PlaceOf(_number)];
        return _place.WaitForItem();
    }

    public override void Release()
    {
        _place.Release();
        takers.Release(_number);
    }
}

/// <summary>Structs of an embedding program: a payload is what is there, up to a batch, and its length counts structs; the decoder reads them in the ring.</summary>
internal sealed class IngressInput(IngressPort ingress, int mostAtOnce, Generation generation) : LaneInput
{
    private Payload _payload = Empty();
    private long _next;
    private bool _ended;

    public override ref Payload Item => ref _payload;

    public override bool Wait()
    {
        if (_ended)
        {
            return false;
        }

        bool isThere = ingress.WaitForItem();
        _payload.Number = _next++;

        // In this order: what is published behind a registration is worked on by the chain that it made.
        _payload.Length = Math.Min(ingress.Waiting, mostAtOnce);
        _payload.Generation = generation.Current;
        _payload.Marks = isThere ? PayloadMarks.None : PayloadMarks.End;
        _ended = !isThere;
        return true;
    }

    public override void Release() => ingress.Release(_payload.Length);

    private static Payload Empty()
    {
        Payload payload = default;
        payload.Clear();
        return payload;
    }
}
