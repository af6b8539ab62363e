using System;

namespace DataStream.Sources;

/// <summary>A source of messages in partitions, which hands them over itself instead of being read as bytes. Reader thread only, but for <see cref="Source.Interrupt"/>.</summary>
public abstract class MessageSource : Source
{
    /// <summary>What is handed over until the input ends or is interrupted. Again where <see cref="TryKeep"/> says so. Where it ends by itself every lane has room for a word more (<see cref="MessagePort.HasRoomEverywhere"/>): windows close by it.</summary>
    /// <exception cref="Flow.StopException">It cannot be read: 75 where a broker does not answer or refuses.</exception>
    public abstract void Run(MessagePort port);

    /// <summary>Nothing more is read, and lanes have no room for the word of it: called again and again, so that nobody thinks the source dead.</summary>
    /// <exception cref="Flow.StopException">What was read cannot be kept any more.</exception>
    public virtual void Stay()
    {
    }

    /// <summary>Nothing more is read, and the windows were closed if they are to be: the last payloads may still be handed over.</summary>
    /// <exception cref="Flow.StopException">What was read cannot be kept any more.</exception>
    public virtual void End(MessagePort port, bool isClosed)
    {
    }

    /// <summary>The windows were closed: keeps the positions when the outputs have acknowledged all of it; false: that was refused, and what was not kept is read (<see cref="Run"/>) and closed again.</summary>
    /// <exception cref="Flow.StopException">Positions could not be kept.</exception>
    public virtual bool TryKeep(MessagePort port) => true;

    /// <summary>The input has ended and nothing follows: waits for what the outputs acknowledge, keeps the positions, and leaves.</summary>
    /// <exception cref="Flow.StopException">Positions could not be kept.</exception>
    public abstract void Settle(MessagePort port);

    /// <summary>Whether the source reached its end by itself, so that windows close; otherwise they stay open for the next start.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>How many messages there are that were not handed over yet, as far as is known. Any thread.</summary>
    public virtual long Lag => 0;

    /// <summary>How old the oldest of them is, at most, in seconds. Any thread.</summary>
    public virtual double LagSeconds => 0;

    /// <summary>While states that were kept are read, before the messages: how much of them was, of about how much; otherwise nothing of nothing. Any thread.</summary>
    public virtual (long Read, long All) Restored => default;

    public sealed override bool NextPart(out string name)
    {
        name = "";
        return false;
    }

    public sealed override int Read(Span<byte> buffer) => 0;
}
