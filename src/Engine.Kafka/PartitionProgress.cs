using System;
using System.Collections.Generic;
using DataStream.Kafka.Repartition;

namespace DataStream.Kafka;

/// <summary>One partition in the hands of a source: what was handed over, what of it is acknowledged, what is committed. Reader thread only.</summary>
internal sealed class PartitionProgress(string topic, int topicId, int number, int task)
{
    private readonly Queue<(long Payload, long Next)> _handedOver = new();

    private long _heldOffset = -1;
    private long _heldTime = long.MinValue;
    private long _lastAtEnd = -1;

    public string Topic => topic;

    public int TopicId => topicId;

    public int Number => number;

    /// <summary>Its index in the run.</summary>
    public int Task => task;

    /// <summary>Whether it is assigned to us now.</summary>
    public bool IsOwned { get; set; }

    /// <summary>How often it became ours.</summary>
    public int Term { get; set; }

    /// <summary>The event time up to which it was gone when it became ours.</summary>
    public long ResumedAt { get; set; } = long.MinValue;

    /// <summary>Of a topic between two halves of a run: what was said there of the input.</summary>
    public OriginTimes Told { get; } = new();

    /// <summary>The end that it was read to last.</summary>
    public long EndedAt { get; private set; } = -1;

    /// <summary>Where it ends for <c>until: end</c>; −1: not known, or it does not.</summary>
    public long End { get; set; } = -1;

    /// <summary>Everything up to <see cref="End"/> was handed over.</summary>
    public bool IsDone { get; set; }

    /// <summary>Nothing of it is left to read for <c>until: end</c>.</summary>
    public bool HasReachedEnd => !NeedsState && (IsDone || End == 0);

    /// <summary>The first and last of its messages in hand, by their places; −1: none.</summary>
    public int FirstInHand { get; set; } = -1;

    public int LastInHand { get; set; } = -1;

    /// <summary>The next offset whose messages before it are acknowledged; −1: none was.</summary>
    public long Acknowledged { get; private set; } = -1;

    /// <summary>What was sent to be committed last; −1: nothing.</summary>
    public long Committed { get; set; } = -1;

    /// <summary>What the group is known to be committed at; −1: nobody knows, as where the answer to a commit did not come.</summary>
    public long Settled { get; set; } = -1;

    /// <summary>The next offset to come; −1: none came.</summary>
    public long Reached { get; private set; } = -1;

    /// <summary>The first offset that was handed over since it is ours; −1: none was.</summary>
    public long First { get; private set; } = -1;

    /// <summary>It was read to its end, and nothing came since.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Since when it is silent, in the ticks of <see cref="System.Environment.TickCount64"/>.</summary>
    public long QuietSince { get; set; }

    /// <summary>The event time of others that it has taken.</summary>
    public long GoneOnTo { get; set; } = long.MinValue;

    /// <summary>The time of the last message that was handed over, in milliseconds since the Unix epoch; negative: none.</summary>
    public long LastTime { get; set; } = -1;

    /// <summary>Where the group was when it became ours; −1: nowhere, or not known.</summary>
    public long StartAt { get; set; } = -1;

    /// <summary>Messages behind what was handed over, when that was last looked at.</summary>
    public long Lag { get; set; }

    /// <summary>Its state is to be read before any message of it is handed over.</summary>
    public bool NeedsState { get; set; }

    /// <summary>Its state has changed without a message: event time went on.</summary>
    public bool IsTouched { get; set; }

    /// <summary>Its state was copied for the next commit.</summary>
    public bool IsCopied { get; set; }

    /// <summary>Where it went on when its state was read; −1: at no known place.</summary>
    public long Base { get; set; } = -1;

    /// <summary>Whether its state is not as it was committed, as far as it has a place to belong to.</summary>
    public bool HasChanged => HasUnacknowledged || (IsTouched && (Acknowledged >= 0 || Base >= 0));

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

    /// <summary>A message came.</summary>
    public void NoteMessage() => IsAtEnd = false;

    /// <summary>The client has reached the end.</summary>
    /// <param name="ticks">Of <see cref="System.Environment.TickCount64"/>.</param>
    /// <param name="now">Milliseconds since the Unix epoch.</param>
    /// <param name="offset">The end.</param>
    public void NoteEnd(long ticks, long now, long offset = -1)
    {
        EndedAt = Math.Max(EndedAt, offset);
        IsAtEnd = true;
        QuietSince = ticks;
        _lastAtEnd = now;
    }

    /// <summary>How old its oldest message that was not handed over can be: not older than the last one that was, and not there when it was last at its end. Milliseconds.</summary>
    public long Age(long now)
    {
        long age = LastTime < 0 ? long.MaxValue : now - LastTime;
        age = IsAtEnd || _lastAtEnd < 0 ? age : System.Math.Min(age, now - _lastAtEnd);
        return age == long.MaxValue ? 0 : System.Math.Max(0, age);
    }

    /// <summary>Messages from this offset on have gone, or some of them; negative: none has.</summary>
    public void Begin(long first) => First = First < 0 ? first : First;

    /// <summary>A payload with messages up to before <paramref name="next"/> has gone.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="first">Its first message's offset.</param>
    /// <param name="next">One more than its last message's.</param>
    public void HandOver(long payload, long first, long next)
    {
        Begin(first);
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
        IsOwned = NeedsState = false;
        ResumedAt = long.MinValue;
        StartAt = First = Base = -1;
        Told.Clear();
        Rewind();
    }

    /// <summary>It stays ours, and is read again from where it was committed.</summary>
    public void Rewind()
    {
        IsCopied = IsTouched = false;
        _handedOver.Clear();
        IsDone = Told.GoBack();
        Acknowledged = Committed = Settled = Reached = FirstPayload = _heldOffset = LastTime = _lastAtEnd = -1;
        IsAtEnd = false;
        GoneOnTo = long.MinValue;
        Lag = 0;
    }
}
