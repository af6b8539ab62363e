using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>Payloads of a chain that have no effect, or not their whole: other lanes go on, and records are counted where the run broke off. Lane thread only.</summary>
/// <param name="links">What the lane shares with others.</param>
/// <param name="decode">Counts records.</param>
/// <param name="needsOrder">Whether lanes wait for what this one says of its payloads.</param>
internal sealed class PayloadDrops(LaneLinks links, DecodeStage decode, bool needsOrder)
{
    /// <summary>The lane broke off inside this payload: others must not wait for what it will not do.</summary>
    public void Abandon(in Payload payload, long worked)
    {
        Publish(payload.Number);
        Drop(payload.Number, CountAll(in payload, worked));
    }

    /// <summary>Lets the others go on where nothing can be said of the payload's records.</summary>
    public void Release(long number)
    {
        Publish(number);
        Drop(number, 0);
    }

    /// <summary>A payload behind the run's end: it has no effect, and its records are counted where the run broke off.</summary>
    public void Discard(in Payload payload)
    {
        Publish(payload.Number);
        Drop(payload.Number, links.State.Failure is null ? 0 : decode.CountEvents(in payload));
    }

    public void Drop(long number, long events)
    {
        links.Exchange?.Skip(number);
        if (needsOrder)
        {
            links.Order.Before(links.Index, number);
        }

        links.Order.Folded(number);
        if (links.State.Failure is not null)
        {
            links.State.AddInFlight(events);
        }
    }

    private void Publish(long number)
    {
        if (needsOrder && !links.Order.IsPublished(number))
        {
            links.Order.Publish(links.Index, number, long.MinValue, 0);
        }
    }

    /// <summary>All the records of a payload that broke off somewhere within, or at least those that were worked on.</summary>
    private long CountAll(in Payload payload, long worked)
    {
        try
        {
            return decode.CountEvents(in payload);
        }
        catch (StopException)
        {
            return worked; // decoding itself meets the limit
        }
    }
}
