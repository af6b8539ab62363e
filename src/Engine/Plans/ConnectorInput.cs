using System;
using System.Collections.Generic;
using DataStream.Formats;
using DataStream.Sinks;
using DataStream.Sources;

namespace DataStream.Plans;

/// <summary>An input of messages, bound.</summary>
public abstract class ConnectorInput
{
    /// <summary>What it takes beside the rings, at most: the client's queues.</summary>
    public abstract long Bytes { get; }

    /// <summary>How the keys of this plan relate to partitions: the producer keys by them.</summary>
    public virtual bool IsPartitionedByKey => false;

    /// <summary>Whether rows go through a topic of their own, keyed by this plan's key, before there is state of them.</summary>
    public virtual bool Repartitions => false;

    /// <summary>That topic for the stage of this name, as an output, and this input behind it.</summary>
    public virtual (string OutputUri, ConnectorInput Behind) Through(string stage) => throw new NotSupportedException();

    /// <summary>Whether what goes to the output would come back here.</summary>
    public virtual bool Reads(ConnectorOutput output) => false;

    public virtual IReadOnlyList<string> Warnings => [];

    /// <summary>Where the schemas are that messages name by number; null: nowhere. Asked while the run goes on.</summary>
    public virtual ISchemaLookup? Schemas => null;

    /// <summary>The schema that has the columns where the configuration has none: that of the messages as they are written now. Asks a network.</summary>
    /// <returns>The schema as JSON in UTF-8, and where it is from, for messages.</returns>
    /// <exception cref="Flow.StopException">It is nowhere (75, 65), or there are several that differ (2).</exception>
    public virtual (byte[] Json, string Source) LatestSchema() => throw new NotSupportedException();

    /// <summary>Asks whether what is configured is there and open to us, and changes nothing.</summary>
    /// <exception cref="Flow.StopException">75: it is not.</exception>
    public virtual void Connect()
    {
    }

    /// <summary>The sink of an output of this run: one that commits with the input's positions where that was asked for, else the output's own.</summary>
    /// <param name="output">The output.</param>
    /// <param name="forwards">Records are sent on as they came (<see cref="Formats.ForwardedMessage"/>), each by its key.</param>
    public virtual Sink CreateSink(ConnectorOutput output, bool forwards)
    {
        ArgumentNullException.ThrowIfNull(output);
        return output.CreateSink();
    }

    /// <summary>Why the state of a module of this name cannot be kept, or null.</summary>
    public virtual string? FaultOfState(string module) => null;

    /// <summary>Makes the source; nothing is opened before it runs.</summary>
    /// <param name="needsHeaders">Whether the plan uses the messages' headers.</param>
    /// <param name="onePartition">The stage whose one state is for all rows, so that there may be one partition alone; null: none.</param>
    public abstract MessageSource Open(bool needsHeaders, string? onePartition);
}
