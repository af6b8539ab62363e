using System;
using System.IO;
using DataStream.Flow;
using Microsoft.Win32.SafeHandles;

namespace DataStream.Sinks;

/// <summary>A file, FIFO or device. A file is made with its folders and emptied; a name that ends in <c>.gz</c> or <c>.zst</c> is compressed.</summary>
/// <remarks>
/// Compressed bytes leave as the compressor has them: <see cref="Flush"/> does not cut its blocks, so that the file does not depend on when it was
/// called. A FIFO opens when its reader comes.
/// </remarks>
public sealed class FileSink(string path) : Sink
{
    private GatheringOutput? _output;
    private CompressingWriter? _compressor;

    public override string Name => path;

    public override bool HasPassedOn => _compressor is null && Opened.IsEmpty;

    internal override long Moved => _output?.Moved ?? 0;

    public override void Open()
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw InputOutputFault.Of("make", path, Posix.IsFolder);
        }

        try
        {
            // Not without a folder: creating one where a file of that name is fails with the file's own name.
            string? folder = Path.GetDirectoryName(full);
            if (folder is not null && !Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
            }

            if (OperatingSystem.IsWindows())
            {
                _output = new GatheringOutput(new StreamOutput(
                    new FileStream(full, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0), path, isOwned: true));
            }
            else
            {
                SafeFileHandle handle = File.OpenHandle(full, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                _output = new GatheringOutput(new DescriptorOutput((int)handle.DangerousGetHandle(), path, handle));
            }
        }
        catch (IOException e) when (!OperatingSystem.IsWindows() && IsBelowFile(full))
        {
            throw InputOutputFault.Of("make", path, Posix.IsNoFolder, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw InputOutputFault.Of("make", path, e);
        }

        _compressor = CompressingWriter.For(path, _output);
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (_compressor is not null)
        {
            _compressor.Write(bytes);
        }
        else
        {
            Opened.Write(bytes);
        }
    }

    public override void Flush() => Opened.Flush();

    public override void Complete()
    {
        _compressor?.Complete();
        Opened.Close();
    }

    protected override void Dispose(bool disposing)
    {
        _compressor?.Dispose();
        _output?.Dispose();
        base.Dispose(disposing);
    }

    // Making the folders says then that the file exists, which is no help.
    private static bool IsBelowFile(string full)
    {
        string? folder = Path.GetDirectoryName(full);
        while (folder is not null && !Directory.Exists(folder) && !File.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.Exists(folder);
    }

    private GatheringOutput Opened => _output ?? throw new InvalidOperationException("the sink is not open");
}
