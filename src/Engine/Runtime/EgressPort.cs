using System;
using System.Threading;
using DataStream.Formats;
using DataStream.Sinks;

namespace DataStream.Runtime;

/// <summary>The program's end of an output <c>memory:NAME</c>.</summary>
public abstract class EgressPort
{
    private long _unfit;

    private protected EgressPort(string name) => Name = name;

    /// <summary>The name in <c>memory:NAME</c>.</summary>
    public string Name { get; }

    /// <summary>Values that the struct's fields could not hold: numbers out of their range, texts too long for them. Any thread.</summary>
    public long UnfitValues => Volatile.Read(ref _unfit);

    /// <summary>How rows become structs.</summary>
    internal abstract Format Format { get; }

    /// <summary>Whether rows go to code that takes them at once: then the lane of a plan with one lane calls it itself.</summary>
    internal abstract bool IsPush { get; }

    /// <summary>What is kept for the program until it takes it, at most.</summary>
    internal virtual long Bytes => 0;

    /// <inheritdoc cref="Sink.Moved"/>
    internal virtual long Moved => 0;

    internal void CountUnfit() => Interlocked.Increment(ref _unfit);

    internal abstract Sink CreateSink();

    /// <summary>The run was broken off: a wait for the program ends. Any thread.</summary>
    internal virtual void Interrupt()
    {
    }

    /// <summary>Behind the last row: the pipeline has ended, well (null) or not. Called once.</summary>
    internal abstract void End(Exception? fault);
}
