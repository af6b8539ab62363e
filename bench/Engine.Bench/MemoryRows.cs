using System;
using DataStream.Formats;

namespace DataStream.Bench;

/// <summary>Rows in memory, forgotten batch by batch.</summary>
internal sealed class MemoryRows : OutputBuffer
{
    private readonly byte[] _bytes = new byte[4 << 20];
    private int _length;

    public void Clear() => _length = 0;

    public override void BeginRow()
    {
    }

    public override void EndRow()
    {
    }

    public override Span<byte> Reserve(int length) => _bytes.AsSpan(_length);

    public override void Commit(int length) => _length += length;
}
