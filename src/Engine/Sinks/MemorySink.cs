using System;
using System.IO;
using System.Text;

namespace DataStream.Sinks;

/// <summary>Keeps the bytes, for tests and for pipelines made in code. Read it when the run has ended.</summary>
public sealed class MemorySink(string name = "memory") : Sink
{
    private readonly MemoryStream _bytes = new();

    public override string Name => name;

    /// <summary>Whether the last bytes were written.</summary>
    public bool IsCompleted { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    public override void Open() => _bytes.SetLength(0);

    public override void Write(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

    public override void Flush()
    {
    }

    public override void Complete() => IsCompleted = true;

    protected override void Dispose(bool disposing)
    {
        _bytes.Dispose();
        base.Dispose(disposing);
    }
}
