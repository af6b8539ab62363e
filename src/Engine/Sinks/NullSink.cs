using System;

namespace DataStream.Sinks;

/// <summary>Takes everything and keeps nothing.</summary>
public sealed class NullSink : Sink
{
    public override string Name => "null";

    public override void Open()
    {
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
    }

    public override void Flush()
    {
    }

    public override void Complete()
    {
    }
}
