using System;
using System.Buffers;
using DataStream.Formats;

namespace DataStream.Runtime;

/// <summary>Collects what an encoder writes before the first row.</summary>
internal sealed class HeaderBuffer : OutputBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public override void BeginRow()
    {
    }

    public override void EndRow()
    {
    }

    public override Span<byte> Reserve(int length) => _bytes.GetSpan(length);

    public override void Commit(int length) => _bytes.Advance(length);
}
