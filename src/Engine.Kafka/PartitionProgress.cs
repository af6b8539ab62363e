using System.Collections.Generic;

namespace DataStream.Kafka;

/// <summary>One partition in the hands of a source: what was handed over, what of it is acknowledged, what is committed. Reader thread only.</summary>
internal sealed class PartitionProgress(string topic, int topicId, int number, int task)
{
    private readonly Queue<(long Payload, long Next)> _handedOver = new();

    private long _heldOffset = -1;
    private long _heldTime = long.MinValue;

    public string Topic => topic;

    public int TopicId => topicId;

    public int Number => number;

    /// <summary>Its index in the run.</summary>
    public int Task => task;

    /// <summary>Whether it is assigned to us now.</summary>
    public bool IsOwned { get; set; }

    /// <summary>Where it ends for <c>until: end</c>; −1: not known, or it does not.</summary>
    public long End { get; set; } = -1;

    /// <summary>Everything up to <see cref="End"/> was handed over.</summary>
    public bool IsDone { get; set; }

    /// <summary>The first and last of its messages in hand, by their places; −1: none.</summary>
    public int FirstInHand { get; set; } = -1;

    public int LastInHand { get; set; } = -1;

    /// <summary>The next offset whose messages before it are acknowledged; −1: none was.</summary>
    public long Acknowledged { get; private set; } = -1;

    /// <summary>What was committed last; −1: nothing.</summary>
    public long Committed { get; set; } = -1;

    /// <summary>The next offset to come; −1: none came.</summary>
    public long Reached { get; private set; } = -1;

    /// <summary>The first offset that was handed over since it is ours; −1: none was.</summary>
    public long First { get; private set; } = -1;

    public bool HasUnacknowledged => _handedOver.Count > 0;

    public bool HasUncommitted => Position(out _) > Committed;

    /// <summary>The first payload since it is ours; −1: none yet.</summary>
    public long FirstPayload { get; private set; } = -1;

    /// <summary>Whether events in open windows hold the position back (<see cref="Hold"/>).</summary>
    public bool IsHeld { get; set; }

    /// <summary>What may be committed while windows are open, with the event time up to which they are closed.</summary>
    public void Hold(long offset, long time) => (_heldOffset, _heldTime) = (offset, time);

    /// <summary>What may be committed: −1: nothing.</summary>
    public long Position(out long time)
    {
        time = IsHeld ? _heldTime : long.MinValue;
        return IsHeld ? _heldOffset : Acknowledged;
    }

    /// <summary>A payload with messages up to before <paramref name="next"/> has gone.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="first">Its first message's offset.</param>
    /// <param name="next">One more than its last message's.</param>
    public void HandOver(long payload, long first, long next)
    {
        First = First < 0 ? first : First;
        _handedOver.Enqueue((payload, next));
        Reached = next;
        FirstPayload = FirstPayload < 0 ? payload : FirstPayload;
    }

    /// <summary>Outputs have acknowledged all payloads before this number.</summary>
    public void Acknowledge(long before)
    {
        while (_handedOver.TryPeek(out (long Payload, long Next) oldest) && oldest.Payload < before)
        {
            Acknowledged = oldest.Next;
            _handedOver.Dequeue();
        }
    }

    /// <summary>It was given up: what is under way is not ours to commit.</summary>
    public void Release()
    {
        IsOwned = false;
        First = -1;
        Rewind();
    }

    /// <summary>It stays ours, and is read again from where it was committed.</summary>
    public void Rewind()
    {
        IsDone = false;
        _handedOver.Clear();
        Acknowledged = Committed = Reached = FirstPayload = _heldOffset = -1;
    }
}
