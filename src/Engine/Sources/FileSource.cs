using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>Files one after the other, each opened when its turn comes: as listed, those of a glob in ordinal order of their paths.</summary>
/// <remarks>
/// Globs are looked up once, when the first part is asked for. Names that end in <c>.gz</c> or <c>.zst</c> are decompressed. FIFOs and devices are read
/// until they end. An archive is refused (65), and so is, with 74, what cannot be opened or read; what was read before that stands.
/// </remarks>
public sealed class FileSource : Source
{
    private readonly IReadOnlyList<EndpointUri> _uris;
    private readonly Interruption _interruption = new();
    private readonly ArchiveCheck _archives = new();
    private IEnumerator<string>? _paths;
    private ByteInput? _part;
    private string _name = "";
    private readonly List<string> _notices = [];
    private long _sizeAtOpening;
    private long _bytesOfEnded;
    private long _bytesIn;

    public FileSource(IReadOnlyList<EndpointUri> uris)
    {
        ArgumentNullException.ThrowIfNull(uris);
        _uris = uris;
    }

    /// <summary>Is told of memory before it is taken: windows of packed files beyond the usual. Null: nobody counts.</summary>
    public Action<long>? Charge { get; init; }

    public override long BytesIn => Volatile.Read(ref _bytesIn);

    public override bool IsReady => _part is null || _part.IsReady;

    public override bool IsInterrupted => _interruption.IsRequested;

    /// <summary>The files that a <c>file:</c> URI stands for, now: those a glob matches, in order, or its path as it is.</summary>
    /// <exception cref="StopException">A glob without a match, or a folder on its way that cannot be read: 74.</exception>
    public static IReadOnlyList<string> Paths(EndpointUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!Glob.IsGlob(uri.Path))
        {
            return [uri.Path];
        }

        List<string> paths = new Glob(uri.Path).Find();
        return paths.Count > 0 ? paths : throw InputOutputFault.Of("read", uri.Path, "no file matches");
    }

    public override IReadOnlyList<string> Notices => _notices;

    public override bool NextPart(out string name)
    {
        ClosePart();
        _paths ??= Expand().GetEnumerator();
        if (IsInterrupted || !_paths.MoveNext())
        {
            name = "";
            return false;
        }

        name = _name = _paths.Current;
        _archives.Begin();
        ByteInput part = ByteInput.Open(name, _interruption);
        _sizeAtOpening = SizeOf(name);
        _part = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GzipInput(part, name, _interruption)
            : name.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? new ZstdInput(part, name, _interruption, Charge)
            : part;
        return true;
    }

    public override int Read(Span<byte> buffer)
    {
        if (_part is null || IsInterrupted)
        {
            return 0;
        }

        try
        {
            int count = _part.Read(buffer);
            if (count == 0 && !buffer.IsEmpty)
            {
                NoteShrinking(_part.Taken);
            }

            _archives.Look(buffer[..count], _name);
            return count;
        }
        finally
        {
            Volatile.Write(ref _bytesIn, _bytesOfEnded + _part.Taken);
        }
    }

    public override void Interrupt() => _interruption.Request();

    protected override void Dispose(bool disposing)
    {
        ClosePart();
        _paths?.Dispose();
        _interruption.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Of a file alone; pipes, devices and what the system makes up as it is read have none.</summary>
    private static long SizeOf(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return (file.Attributes & FileAttributes.Device) == 0 ? file.Length : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return 0; // reading it will tell
        }
    }

    /// <summary>A packed file that ends early is a fault of its own; of another one nobody else would notice.</summary>
    private void NoteShrinking(long read)
    {
        // What the system makes up as it is read (below /sys) names a size that it does not fill; that size stays as it is.
        if (read < _sizeAtOpening && !IsInterrupted && SizeOf(_name) != _sizeAtOpening)
        {
            _notices.Add(string.Create(CultureInfo.InvariantCulture, $"'{_name}' became shorter while it was read: it had {_sizeAtOpening:N0} bytes when it was opened, and ended at {read:N0}"));
            _sizeAtOpening = 0;
        }
    }

    // All globs are looked up before the first file is read, so that what a run writes is not found by a later glob; a
    // glob's fault waits for its turn.
    private IEnumerable<string> Expand()
    {
        var found = new List<(IReadOnlyList<string> Paths, StopException? Fault)>(_uris.Count);
        foreach (EndpointUri uri in _uris)
        {
            try
            {
                found.Add((Paths(uri), null));
            }
            catch (StopException fault)
            {
                found.Add(([], fault));
            }
        }

        foreach ((IReadOnlyList<string> paths, StopException? fault) in found)
        {
            if (fault is not null)
            {
                throw fault;
            }

            foreach (string path in paths)
            {
                yield return path;
            }
        }
    }

    private void ClosePart()
    {
        if (_part is not null)
        {
            _bytesOfEnded += _part.Taken;
            _part.Dispose();
            _part = null;
        }
    }
}
