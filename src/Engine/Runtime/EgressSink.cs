using System;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Sinks;

namespace DataStream.Runtime;

/// <summary>Hands the structs of an output's slots to the program. The thread of the output, or the lane.</summary>
internal sealed class EgressSink<T>(string name, RowsHandler<T> take, EgressPort? port = null) : Sink where T : unmanaged
{
    public override string Name => name;

    public override bool HasPassedOn => true;

    internal override long Moved => port?.Moved ?? 0;

    public override void Open()
    {
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        try
        {
            take(StructBytes.Many<T>(bytes));
        }
        catch (Exception theirs) when (theirs is not (BrokenPipeException or StopException or OutOfMemoryException))
        {
            throw new StopException(ExitCode.Internal, $"memory:{name}: the program that takes the rows threw {theirs.GetType().Name}: {theirs.Message}", theirs);
        }
    }

    public override void Flush()
    {
    }

    public override void Complete()
    {
    }
}
