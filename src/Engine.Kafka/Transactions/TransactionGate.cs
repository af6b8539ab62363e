using System.Threading;

namespace DataStream.Kafka.Transactions;

/// <summary>Which payloads' rows belong to the transaction that is open: writers wait here for the next one, and learn what was aborted. Any thread.</summary>
internal sealed class TransactionGate
{
    private readonly object _gate = new();
    private long _cut = long.MaxValue;
    private long _discarded;
    private bool _isClosed;

    /// <summary>Payloads from this number on wait for the next transaction; <see cref="long.MaxValue"/>: none does.</summary>
    public long Cut => Volatile.Read(ref _cut);

    /// <summary>Whether nothing is committed any more.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Waits until rows of this payload belong to the open transaction; false where they are dropped: they will be read again, or nothing is committed any more.</summary>
    public bool WaitFor(long payload)
    {
        if (payload < Volatile.Read(ref _cut))
        {
            return !IsDropped(payload);
        }

        lock (_gate)
        {
            while (payload >= _cut && !_isClosed)
            {
                Monitor.Wait(_gate);
            }
        }

        return !IsDropped(payload);
    }

    /// <summary>Whether rows of the payload are dropped.</summary>
    public bool IsDropped(long payload) => Volatile.Read(ref _isClosed) || payload < Volatile.Read(ref _discarded);

    /// <summary>The transaction ends before this payload.</summary>
    public void CutAt(long payload) => Volatile.Write(ref _cut, payload);

    /// <summary>The next transaction has begun.</summary>
    public void Open()
    {
        lock (_gate)
        {
            Volatile.Write(ref _cut, long.MaxValue);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Payloads before this number are dropped, and nobody waits.</summary>
    public void DropBefore(long payload)
    {
        lock (_gate)
        {
            Volatile.Write(ref _discarded, payload);
            Volatile.Write(ref _cut, long.MaxValue);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nothing is committed any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            Volatile.Write(ref _isClosed, true);
            Monitor.PulseAll(_gate);
        }
    }
}
