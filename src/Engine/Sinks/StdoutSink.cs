using System;
using DataStream.Flow;

namespace DataStream.Sinks;

/// <summary>The standard output, as it is: what a shell connected it to is neither emptied nor closed.</summary>
public sealed class StdoutSink : Sink
{
    private readonly GatheringOutput _output;
    private readonly int _descriptor;

    public StdoutSink() : this(1)
    {
    }

    /// <summary>Another descriptor in its place, for tests.</summary>
    internal StdoutSink(int descriptor)
    {
        _descriptor = descriptor;
        _output = new GatheringOutput(OperatingSystem.IsWindows()
            ? new StreamOutput(Console.OpenStandardOutput(), "stdout", isOwned: false)
            : new DescriptorOutput(descriptor, "stdout"));
    }

    public override string Name => "stdout";

    public override bool HasPassedOn => _output.IsEmpty;

    internal override long Moved => _output.Moved;

    public override void Open()
    {
        if (_descriptor == 1 && !StandardStream.IsOpen(1))
        {
            throw InputOutputFault.Of("write", "stdout", StandardStream.NotOpen);
        }
    }

    public override void Write(ReadOnlySpan<byte> bytes) => _output.Write(bytes);

    public override void Flush() => _output.Flush();

    public override void Complete() => _output.Flush();

    protected override void Dispose(bool disposing)
    {
        _output.Dispose();
        base.Dispose(disposing);
    }
}
