using System;

namespace DataStream.Sources;

/// <summary>The bytes of one open file, pipe or device, in order. Reader thread only.</summary>
internal abstract class ByteInput : IDisposable
{
    /// <summary>Whether <see cref="Read"/> would return at once.</summary>
    public abstract bool IsReady { get; }

    /// <summary>Bytes read from the system so far.</summary>
    public abstract long Taken { get; }

    /// <summary>At least one byte; 0 at the end, or when interrupted.</summary>
    public abstract int Read(Span<byte> buffer);

    public abstract void Dispose();

    /// <summary>Opens a path as it is, whatever kind of file it is.</summary>
    public static ByteInput Open(string path, Interruption interruption) =>
        OperatingSystem.IsLinux() ? DescriptorInput.Open(path, interruption) : StreamInput.Open(path, interruption);

    /// <summary>The standard input.</summary>
    public static ByteInput StandardInput(Interruption interruption) =>
        OperatingSystem.IsLinux() ? new DescriptorInput(0, "stdin", interruption) : new StreamInput(Console.OpenStandardInput(), "stdin", interruption);
}
