using System;
using System.Collections.Generic;

namespace DataStream.Kafka;

/// <summary>How positions become the group's, and what becomes of them when partitions go. Reader thread only.</summary>
internal abstract class Committing
{
    /// <summary>Whether partitions have states that are read before their messages.</summary>
    public virtual bool KeepsState => false;

    /// <summary>Whether messages may be handed over; false: <see cref="Rewind"/> or <see cref="Prepare"/> is next.</summary>
    public virtual bool IsReady => true;

    /// <summary>While changelogs are read: how many of their messages were, of about how many. Any thread.</summary>
    public virtual (long Read, long All) Restored => default;

    /// <summary>Commits what is due; false: <see cref="Rewind"/> is next.</summary>
    public abstract bool Keep();

    /// <summary>Before messages are handed over: partitions that have just come get their states. Not from a callback.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Goes back to where the group was committed. Not from a callback.</summary>
    public virtual void Rewind()
    {
    }

    /// <summary>Before the input ends: nobody may wait for a commit behind it; false: <see cref="Rewind"/> is next, unless it is <paramref name="isLast"/>.</summary>
    public virtual bool LetGo(bool isLast) => true;

    /// <summary>Nothing more is read: the last payloads may still be handed over.</summary>
    /// <param name="isClosed">Windows were closed.</param>
    public virtual void End(bool isClosed)
    {
    }

    /// <summary>A partition is no longer ours.</summary>
    public virtual void Forget(PartitionProgress partition)
    {
    }

    /// <summary>Partitions are taken from us: what came from them is committed, or will be read again by who gets them.</summary>
    public abstract void GiveUp(IReadOnlyList<PartitionProgress> given, TimeSpan patience);

    /// <summary>Partitions were taken from us without a word.</summary>
    public virtual void Lose()
    {
    }

    /// <summary>While outputs still work behind the input's end: commits what is due; false when nothing more comes.</summary>
    public abstract bool Settle();

    /// <summary>The last commit.</summary>
    /// <exception cref="Flow.StopException">75: it did not come to pass.</exception>
    public abstract void Finish(Action leave);
}
