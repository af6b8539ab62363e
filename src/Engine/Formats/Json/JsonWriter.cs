using System;
using System.Buffers;
using System.Text;
using System.Text.Unicode;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Writes JSON tokens to an output, many to a reservation. Lane thread only; <see cref="Flush"/> before the output is used by another.</summary>
internal ref struct JsonWriter(OutputBuffer output)
{
    private Span<byte> _room;
    private int _used;

    /// <summary>At least <paramref name="length"/> bytes of room, at most <see cref="OutputBuffer.MaxReserve"/> asked for; <see cref="Advance"/> keeps what was written.</summary>
    public Span<byte> Reserve(int length)
    {
        if (_room.Length - _used < length)
        {
            Flush();
            _room = output.Reserve(length);
        }

        return _room[_used..];
    }

    public void Advance(int length) => _used += length;

    /// <summary>Bytes as they are, of any length.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > OutputBuffer.MaxReserve)
        {
            Raw(bytes[..OutputBuffer.MaxReserve]);
            bytes = bytes[OutputBuffer.MaxReserve..];
        }

        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    public void Int64(long value)
    {
        const int MaxDigits = 20;
        value.TryFormat(Reserve(MaxDigits), out int written);
        _used += written;
    }

    /// <summary>A string in quotes; what is no UTF-8 in it becomes U+FFFD, one for each broken sequence.</summary>
    /// <returns>How many sequences were replaced.</returns>
    public int Text(ReadOnlySpan<byte> text)
    {
        Raw("\""u8);
        int replaced = 0;
        if (Utf8.IsValid(text))
        {
            Escaped(text);
        }
        else
        {
            replaced = Repaired(text);
        }

        Raw("\""u8);
        return replaced;
    }

    /// <summary>Hands what was written to the output.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            output.Commit(_used);
        }

        _room = default;
        _used = 0;
    }

    private void Escaped(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (true)
        {
            int end = JsonStrings.PlainEnd(text, at);
            Raw(text[at..end]);
            if (end == text.Length)
            {
                return;
            }

            Advance(JsonText.Escape(text[end], Reserve(JsonText.MaxEscape)));
            at = end + 1;
        }
    }

    private int Repaired(ReadOnlySpan<byte> text)
    {
        int replaced = 0;
        int sound = 0;
        int at = 0;
        while (at < text.Length)
        {
            if (Rune.DecodeFromUtf8(text[at..], out _, out int consumed) == OperationStatus.Done)
            {
                at += consumed;
                continue;
            }

            Escaped(text[sound..at]);
            Raw("\uFFFD"u8);
            replaced++;
            at += consumed;
            sound = at;
        }

        Escaped(text[sound..]);
        return replaced;
    }
}
