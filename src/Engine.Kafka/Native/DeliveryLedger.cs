using System;
using System.Threading;

namespace DataStream.Kafka.Native;

/// <summary>Which payloads' messages the brokers have acknowledged. One thread adds, another hears of deliveries, any asks.</summary>
/// <remarks>Messages are counted by group: those of payloads that follow each other. Groups stand in a circle; the oldest that is not done holds the position back.</remarks>
internal sealed class DeliveryLedger
{
    private const int Groups = 4096; // more are not in flight: a writer waits then

    private readonly Lock _gate = new();
    private readonly int[] _outstanding = new int[Groups];
    private readonly long[] _ends = new long[Groups];
    private int _oldest;
    private int _current;
    private bool _isUsed; // messages were added to the current group
    private long _acknowledged;
    private int _error;

    /// <summary>What came from payloads before this number is acknowledged.</summary>
    public long Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>The first error of a delivery; 0: none.</summary>
    public int Error => Volatile.Read(ref _error);

    /// <summary>The group of messages that are added now.</summary>
    public int Current => _current;

    /// <summary>Messages of the current group are on their way, or were sent already: what is reported of them before this is not forgotten.</summary>
    public void Add(int group, int messages)
    {
        if (messages > 0)
        {
            _isUsed = true;
            Interlocked.Add(ref _outstanding[group], messages);
        }
    }

    /// <summary>A message has arrived, or not.</summary>
    public void Done(int group, int error)
    {
        if (error != 0)
        {
            Interlocked.CompareExchange(ref _error, error, 0);
        }
        else
        {
            Interlocked.Decrement(ref _outstanding[group]); // what did not arrive holds its group for ever
        }
    }

    /// <summary>Everything of this payload was added. Waits where too many groups are on their way; false when told to give up.</summary>
    public bool EndPayload(long number, Func<bool> givesUp)
    {
        if (!_isUsed && _current != _oldest)
        {
            lock (_gate)
            {
                if (_current != _oldest)
                {
                    _ends[Before(_current)] = number + 1; // nothing of it to wait for
                    return true;
                }
            }
        }

        _ends[_current] = number + 1;
        _isUsed = false;
        int next = (_current + 1) % Groups;
        while (next == Volatile.Read(ref _oldest))
        {
            Move();
            if (next == Volatile.Read(ref _oldest))
            {
                if (givesUp())
                {
                    return false;
                }

                Thread.Yield(); // a delivery report moves it, or an error ends it
            }
        }

        lock (_gate)
        {
            _current = next;
        }

        Move();
        return true;
    }

    /// <summary>Moves the position over groups that are done.</summary>
    public void Move()
    {
        lock (_gate)
        {
            while (_oldest != _current && Volatile.Read(ref _outstanding[_oldest]) == 0)
            {
                Volatile.Write(ref _acknowledged, _ends[_oldest]);
                Volatile.Write(ref _oldest, (_oldest + 1) % Groups);
            }
        }
    }

    private static int Before(int group) => (group + Groups - 1) % Groups;
}
