namespace DataStream.Flow;

/// <summary>The first event, in input order, more than a day ahead of the wall clock. Any thread offers, one reads at the end.</summary>
public sealed class FarFutureEvent
{
    private readonly object _gate = new();
    private long _payload = long.MaxValue;

    /// <summary>The number of its source in the run's list.</summary>
    public int Source { get; private set; }

    /// <summary>Its physical line, from 1; 0: none was offered.</summary>
    public long Line { get; private set; }

    /// <summary>Its event time, in microseconds since 1970.</summary>
    public long Microseconds { get; private set; }

    /// <summary>Whether an event of this payload could be earlier than the one kept.</summary>
    public bool IsEarlier(long payload)
    {
        lock (_gate)
        {
            return payload < _payload;
        }
    }

    /// <summary>Keeps the first event of a payload where the payload is the earliest so far.</summary>
    public void Offer(long payload, int source, long line, long microseconds)
    {
        lock (_gate)
        {
            if (payload < _payload)
            {
                (_payload, Source, Line, Microseconds) = (payload, source, line, microseconds);
            }
        }
    }
}
