using System;
using System.IO;
using DataStream.Flow;

namespace DataStream.Sinks;

/// <summary>Windows: writes through the class library, unbuffered.</summary>
internal sealed class StreamOutput(Stream stream, string name, bool isOwned) : ByteOutput
{
    private const int BrokenPipe = unchecked((int)0x8007006D);
    private const int PipeIsClosing = unchecked((int)0x800700E8);

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            stream.Write(bytes);
        }
        catch (IOException e) when (!isOwned && e.HResult is (BrokenPipe or PipeIsClosing))
        {
            throw new BrokenPipeException($"the reader of '{name}' went away", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputOutputFault.Of("write", name, e);
        }
    }

    public override void Close()
    {
        try
        {
            stream.Flush();
            Dispose();
        }
        catch (IOException e)
        {
            throw InputOutputFault.Of("write", name, e);
        }
    }

    public override void Dispose()
    {
        if (isOwned)
        {
            stream.Dispose();
        }
    }
}
