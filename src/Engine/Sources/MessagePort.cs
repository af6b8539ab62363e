using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>Where a <see cref="MessageSource"/> hands its messages over: payload by payload, each of one partition. Reader thread only.</summary>
public abstract class MessagePort
{
    /// <summary>Whether the run was broken off: nothing that follows is worked on or acknowledged.</summary>
    public abstract bool IsBroken { get; }

    /// <summary>Gives a topic its number.</summary>
    public abstract int AddTopic(string topic);

    /// <summary>How many lanes a payload of this partition would have to pass by: smaller is sooner.</summary>
    public abstract int DistanceTo(int partition);

    /// <summary>Whether every lane has room for a payload now.</summary>
    public virtual bool HasRoomEverywhere => true;

    /// <summary>Begins a payload; false while there is no room.</summary>
    /// <param name="task">The partition's index in the run: from 0, never given again to another one.</param>
    /// <param name="topic">The topic's number.</param>
    /// <param name="partition">The partition's number in its topic.</param>
    public abstract bool TryBegin(int task, int topic, int partition);

    /// <summary>The payload's next messages come from this partition of the input, through a topic.</summary>
    /// <param name="topic">The input's topic, by its number.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="place">Where they stand in the partition that is read.</param>
    public virtual void ComesFrom(int topic, int partition, long place)
    {
    }

    /// <summary>Whether the payload begun has room for so many messages of so many bytes with keys, headers and all; false: it may have.</summary>
    public virtual bool HasRoomFor(int bytes, int messages) => true;

    /// <summary>Whether records are sent on as they came, and nothing else happens to them.</summary>
    public virtual bool Forwards => false;

    /// <summary>The payload begun, without messages, says that the partition was given up: its state goes.</summary>
    public abstract void Forget();

    /// <summary>The states of a partition that are kept, in the order of their images; none: nothing is.</summary>
    public virtual IReadOnlyList<KeptState> States => [];

    /// <summary>The payload begun, without messages, says that the partition's states are copied. When it is acknowledged the copies are <see cref="Saved"/>.</summary>
    public virtual void Save()
    {
    }

    /// <summary>The copies, until the next <see cref="Save"/> or <see cref="Forget"/>.</summary>
    public virtual StateImage[] Saved(int task) => [];

    /// <summary>An image to fill, charged to the run's budget.</summary>
    public virtual StateImage NewImage() => new(null);

    /// <summary>The payload begun, without messages, says that the partition goes on with these states; null: it begins anew. The images are the lane's from now on.</summary>
    public virtual void Load(int task, StateImage?[] kept)
    {
    }

    /// <summary>Whether positions are held back while events are in open windows: then <see cref="TryTakeHeld"/> says what may be kept, not <see cref="Acknowledged"/> alone.</summary>
    public abstract bool HoldsPositions { get; }

    /// <summary>What may be kept of a partition when the outputs have acknowledged all payloads before <paramref name="before"/>; false: nothing new.</summary>
    /// <param name="task">The partition.</param>
    /// <param name="from">Its first payload since it is ours.</param>
    /// <param name="before">The first payload that is not acknowledged.</param>
    /// <param name="offset">The next offset to read at a restart.</param>
    /// <param name="time">The event time up to which windows are closed then; <see cref="long.MinValue"/>: none.</param>
    public abstract bool TryTakeHeld(int task, long from, long before, out long offset, out long time);

    /// <summary>The payload begun, without messages, says up to which event time windows of the partition were closed before.</summary>
    public abstract void Resume(long time);

    /// <summary>The payload begun, without messages, says that the partition is silent and takes the event time of others: windows close up to there.</summary>
    public abstract void GoOn(long time);

    /// <summary>The highest event time of a partition in what lanes are done with; <see cref="long.MinValue"/>: none yet, or the plan keeps no state of partitions.</summary>
    public abstract long EventTimeOf(int task);

    /// <summary>Says something for the log.</summary>
    public virtual void Inform(string message)
    {
    }

    /// <summary>Says something that somebody should know while the run goes on.</summary>
    public abstract void Warn(string message);

    /// <summary>Adds a message to the payload begun; false when it must go into another one. An empty value is no event.</summary>
    /// <param name="value">The value.</param>
    /// <param name="key">The key.</param>
    /// <param name="hasKey">Whether there is one.</param>
    /// <param name="headers">As <see cref="Formats.MessageHeaders"/> writes them.</param>
    /// <param name="offset">Its place in the partition.</param>
    /// <param name="milliseconds">Its time since the Unix epoch; negative: none.</param>
    public abstract bool TryAdd(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> headers, long offset, long milliseconds);

    /// <summary>Hands the payload over, and gives its number.</summary>
    public abstract long End();

    /// <summary>As <see cref="End"/> in the midst of what came from one place (<see cref="ComesFrom"/>): the payload's position is before it.</summary>
    public virtual long EndWithin() => End();

    /// <summary>Every output has acknowledged what came from payloads before this number.</summary>
    public abstract long Acknowledged { get; }

    /// <summary>Whether every output has ended: no more will be acknowledged.</summary>
    public abstract bool IsDrained { get; }

    /// <summary>The number of the next payload: one more than the last, also of those that end the input.</summary>
    public abstract long Next { get; }

    /// <summary>Waits a moment, for room or for acknowledgements.</summary>
    public abstract void WaitBriefly();
}
