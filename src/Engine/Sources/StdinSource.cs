using System;
using System.Threading;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>The standard input: one part named <c>stdin</c>, read until its writer closes it. It counts as bounded. Where the program was started without one, reading it fails.</summary>
public sealed class StdinSource : Source
{
    private readonly Interruption _interruption = new();
    private readonly ArchiveCheck _archives = new();
    private readonly ByteInput _input;
    private readonly bool _isClosed = !StandardStream.IsOpen(0);
    private bool _isOpen;
    private long _bytesIn;

    public StdinSource() => _input = ByteInput.StandardInput(_interruption);

    public override long BytesIn => Volatile.Read(ref _bytesIn);

    public override bool IsReady => !_isClosed && _input.IsReady;

    public override bool IsInterrupted => _interruption.IsRequested;

    public override bool NextPart(out string name)
    {
        name = "stdin";
        bool isFirst = !_isOpen && !IsInterrupted;
        _isOpen = true;
        return isFirst;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_isClosed)
        {
            throw InputOutputFault.Of("read", "stdin", StandardStream.NotOpen);
        }

        int count = _input.Read(buffer);
        Volatile.Write(ref _bytesIn, _input.Taken);
        _archives.Look(buffer[..count], "stdin");
        return count;
    }

    public override void Interrupt() => _interruption.Request();

    protected override void Dispose(bool disposing)
    {
        _input.Dispose();
        _interruption.Dispose();
        base.Dispose(disposing);
    }
}
