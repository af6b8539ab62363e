using System;
using DataStream.Formats.Avro;

namespace DataStream.Sinks;

/// <summary>Makes an Avro container file of the records that encoders wrote, and passes it on to another sink.</summary>
/// <remarks>A block waits until it is full or the output ends, also where the writer rests: the bytes depend on the rows alone.</remarks>
public sealed class AvroSink(Sink inner, string codec) : Sink
{
    private readonly AvroBlocks _blocks = new(codec);

    public override string Name => inner.Name;

    internal override long Moved => inner.Moved;

    public override void Open() => inner.Open();

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        _blocks.Add(bytes);
        PassOn();
    }

    public override void Flush() => inner.Flush();

    public override void Complete()
    {
        _blocks.Complete();
        PassOn();
        inner.Complete();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void PassOn()
    {
        if (!_blocks.Ready.IsEmpty)
        {
            inner.Write(_blocks.Ready);
            _blocks.ClearReady();
        }
    }
}
