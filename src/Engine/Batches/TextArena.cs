using System;

namespace DataStream.Batches;

/// <summary>Text that is not in the payload: unescaped, computed, copied. Reset per payload, grown when full.</summary>
/// <remarks>Lane thread only. Growth moves the bytes, so spans into it last until the next <see cref="Reserve"/>; a <see cref="Text"/> lasts until <see cref="Reset"/>.</remarks>
public sealed class TextArena(Action<long> charge) : IDisposable
{
    private readonly NativeBlock _block = new(0);
    private int _charged;

    /// <summary>Bytes in use. May be set back to an earlier value: what was appended since is gone.</summary>
    public int Length { get; private set; }

    /// <summary>Room for <paramref name="length"/> bytes; <see cref="Commit"/> makes a text of what was written.</summary>
    public Span<byte> Reserve(int length)
    {
        if (length > _block.Length - Length)
        {
            Grow(length);
        }

        return _block.Bytes.Slice(Length, length);
    }

    /// <summary>Keeps the first <paramref name="length"/> bytes of what was reserved.</summary>
    public Text Commit(int length)
    {
        var text = new Text(~Length, length);
        Length += length;
        return text;
    }

    public Text Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        return Commit(bytes.Length);
    }

    public ReadOnlySpan<byte> Bytes(Text text) => _block.Bytes.Slice(~text.Offset, text.Length);

    /// <summary>A text's first byte.</summary>
    // Safe: Commit gave the place out, inside the block or at its end, where readable bytes follow.
    internal unsafe ref byte At(Text text) => ref *(_block.Start + ~text.Offset);

    /// <summary>Forgets everything from <paramref name="length"/> on.</summary>
    public void Reset(int length = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    public void Dispose()
    {
        charge(-_charged);
        _charged = 0;
        _block.Dispose();
    }

    private void Grow(int length)
    {
        long size = Math.Max(4096, Math.Max((long)_block.Length * 2, (long)Length + length));
        int capacity = checked((int)Math.Min(size, int.MaxValue - 256));
        charge(capacity - _charged);
        _charged = capacity;
        _block.Grow(capacity, Length);
    }
}
