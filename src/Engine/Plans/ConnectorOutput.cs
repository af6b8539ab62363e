using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using DataStream.Sinks;

namespace DataStream.Plans;

/// <summary>An output of messages, bound. Its sink gets <see cref="Formats.MessageFrame"/>s.</summary>
public abstract class ConnectorOutput
{
    /// <summary>The column whose text is the key; null: the key of the row's input message, where it has one.</summary>
    public virtual ConfigScalar? Key => null;

    /// <summary>The column that gives the message's time; null: when it is sent.</summary>
    public virtual ConfigScalar? Timestamp => null;

    /// <summary>What it takes beside the rings, at most: the client's queues.</summary>
    public abstract long Bytes { get; }

    public virtual IReadOnlyList<string> Warnings => [];

    /// <summary>Why rows cannot be messages in this format, or null. Plan time.</summary>
    public virtual string? FaultOf(Format format) => format is JsonFormat { IsFramed: true } ? "nothing gives a schema its number here: leave 'framing: confluent' out" : null;

    /// <summary>An encoder for these columns whose rows are messages' values; it may register their schema, and so wait for a network.</summary>
    /// <exception cref="Flow.StopException">The schema can be registered nowhere: 75.</exception>
    public virtual Encoder CreateEncoder(Format format, IReadOnlyList<Field> fields)
    {
        ArgumentNullException.ThrowIfNull(format);
        return format.CreateEncoder(fields);
    }

    /// <summary>Asks whether what is configured is there and open to us, and changes nothing.</summary>
    /// <exception cref="Flow.StopException">75: it is not.</exception>
    public virtual void Connect()
    {
    }

    /// <summary>Makes the sink; nothing is opened before <see cref="Sink.Open"/>.</summary>
    public abstract Sink CreateSink();
}
