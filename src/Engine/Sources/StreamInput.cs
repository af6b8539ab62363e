using System;
using System.IO;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>Systems other than Linux: reads through the class library, unbuffered. A read that waits ends with the next bytes, not before.</summary>
internal sealed class StreamInput(Stream stream, string name, Interruption interruption) : ByteInput
{
    private long _taken;

    public static new StreamInput Open(string path, Interruption interruption)
    {
        if (Directory.Exists(path))
        {
            throw InputOutputFault.Of("read", path, "it is a folder");
        }

        try
        {
            return new StreamInput(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0), path, interruption);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw InputOutputFault.Of("open", path, e);
        }
    }

    public override long Taken => _taken;

    // Only a file's bytes are known to be there.
    public override bool IsReady => stream.CanSeek;

    public override int Read(Span<byte> buffer)
    {
        if (interruption.IsRequested)
        {
            return 0;
        }

        try
        {
            int count = stream.Read(buffer);
            _taken += count;
            return count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputOutputFault.Of("read", name, e);
        }
    }

    public override void Dispose() => stream.Dispose();
}
