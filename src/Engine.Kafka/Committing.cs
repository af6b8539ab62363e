using System;
using System.Collections.Generic;
using DataStream.Kafka.Native;

namespace DataStream.Kafka;

/// <summary>How positions become the group's, and what becomes of them when partitions go. Reader thread only.</summary>
internal abstract class Committing
{
    /// <summary>Commits what is due; false: <see cref="Rewind"/> is next.</summary>
    /// <param name="next">The first payload that no commit of now can hold.</param>
    public abstract bool Keep(long next);

    /// <summary>Goes back to where the group was committed. Not from a callback.</summary>
    public virtual void Rewind(long next, MessagePoll poll)
    {
    }

    /// <summary>Before the input ends: nobody may wait for a commit behind it.</summary>
    public virtual void LetGo()
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
