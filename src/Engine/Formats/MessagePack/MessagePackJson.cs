using System;
using System.Buffers.Text;
using System.Globalization;
using DataStream.Batches;
using DataStream.Formats.Json;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>Values as JSON, for a text column: arrays and maps whole; numbers, true, false and null as JSON has them.</summary>
/// <remarks>
/// str and bin are strings (what is no UTF-8 in them becomes U+FFFD), the timestamp extension its RFC 3339 text, another extension
/// <c>{"type":5,"data":"…"}</c> with its bytes in base64; a number that is not finite is null. A map's key of another kind than text is its JSON in quotes;
/// an array, map or extension as a key has none.
/// </remarks>
internal sealed class MessagePackJson
{
    private const int Base64Step = OutputBuffer.MaxReserve / 4 * 3;

    private readonly ArenaOutput _output = new();

    /// <summary>The value as text in the arena; false where a map has a key that JSON cannot have.</summary>
    /// <param name="value">A value whose structure and depth were checked.</param>
    /// <param name="arena">Where to.</param>
    /// <param name="text">The text; a timestamp has no quotes.</param>
    public bool TryWrite(ReadOnlySpan<byte> value, TextArena arena, out Text text)
    {
        _output.Begin(arena);
        var writer = new JsonWriter(_output);
        int at = 0;
        bool isWritten = TryInstant(value, out long micros);
        if (isWritten)
        {
            writer.Advance(Timestamps.Format(micros, writer.Reserve(Timestamps.MaxLength)));
        }
        else
        {
            isWritten = Value(value, ref at, ref writer);
        }

        writer.Flush();
        text = isWritten ? _output.End() : default;
        if (!isWritten)
        {
            _output.Drop();
        }

        return isWritten;
    }

    private static bool TryInstant(ReadOnlySpan<byte> value, out long micros)
    {
        micros = 0;
        return MessagePackValues.TryExtension(value, out sbyte type, out ReadOnlySpan<byte> data) && type == MessagePackValues.TimestampType
            && MessagePackValues.TryTimestamp(data, out micros);
    }

    private static bool Value(ReadOnlySpan<byte> bytes, ref int at, ref JsonWriter writer)
    {
        byte token = bytes[at];
        if (!T.IsMap(token) && !T.IsArray(token))
        {
            ReadOnlySpan<byte> scalar = Take(bytes, ref at);
            if (T.IsText(token))
            {
                writer.Text(MessagePackValues.Text(scalar));
            }
            else
            {
                Scalar(scalar, ref writer);
            }

            return true;
        }

        bool isMap = T.IsMap(token);
        at += (int)T.Measure(bytes[at..], out long children);
        writer.Raw(isMap ? "{"u8 : "["u8);
        for (long i = 0; i < children; i++)
        {
            bool isKey = isMap && (i & 1) == 0;
            if (i > 0)
            {
                writer.Raw(isMap && !isKey ? ":"u8 : ","u8);
            }

            if (!(isKey ? Key(bytes, ref at, ref writer) : Value(bytes, ref at, ref writer)))
            {
                return false;
            }
        }

        writer.Raw(isMap ? "}"u8 : "]"u8);
        return true;
    }

    private static bool Key(ReadOnlySpan<byte> bytes, ref int at, ref JsonWriter writer)
    {
        byte token = bytes[at];
        if (T.IsText(token))
        {
            writer.Text(MessagePackValues.Text(Take(bytes, ref at)));
            return true;
        }

        if (T.IsMap(token) || T.IsArray(token))
        {
            return false;
        }

        ReadOnlySpan<byte> scalar = Take(bytes, ref at);
        if (MessagePackValues.TryExtension(scalar, out _, out _))
        {
            bool isInstant = TryInstant(scalar, out _);
            if (isInstant)
            {
                Scalar(scalar, ref writer);
            }

            return isInstant;
        }

        writer.Raw("\""u8);
        Scalar(scalar, ref writer);
        writer.Raw("\""u8);
        return true;
    }

    /// <summary>The scalar that begins here, whole.</summary>
    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, scoped ref int at)
    {
        int start = at;
        at += (int)T.Measure(bytes[at..], out _);
        return bytes[start..at];
    }

    /// <summary>A scalar that is no text.</summary>
    private static void Scalar(ReadOnlySpan<byte> value, ref JsonWriter writer)
    {
        if (MessagePackValues.TryInteger(value, out long number, out bool isLarge))
        {
            if (isLarge)
            {
                ((ulong)number).TryFormat(writer.Reserve(NumberText.MaxInt64Length), out int written, default, CultureInfo.InvariantCulture);
                writer.Advance(written);
            }
            else
            {
                writer.Int64(number);
            }
        }
        else if (MessagePackValues.TryFloat(value, out double real) && double.IsFinite(real))
        {
            writer.Advance(NumberText.FormatFloat64(real, writer.Reserve(NumberText.MaxFloat64Length)));
        }
        else if (MessagePackValues.TryExtension(value, out sbyte type, out ReadOnlySpan<byte> data))
        {
            Extension(value, type, data, ref writer);
        }
        else
        {
            writer.Raw(value[0] switch
            {
                T.True => "true"u8,
                T.False => "false"u8,
                _ => "null"u8,
            });
        }
    }

    private static void Extension(ReadOnlySpan<byte> value, sbyte type, ReadOnlySpan<byte> data, ref JsonWriter writer)
    {
        if (TryInstant(value, out long micros))
        {
            Span<byte> room = writer.Reserve(Timestamps.MaxLength + 2);
            room[0] = (byte)'"';
            int length = Timestamps.Format(micros, room[1..]) + 1;
            room[length] = (byte)'"';
            writer.Advance(length + 1);
            return;
        }

        writer.Raw("{\"type\":"u8);
        writer.Int64(type);
        writer.Raw(",\"data\":\""u8);
        while (!data.IsEmpty)
        {
            // Whole groups of three bytes, so that only the last piece is padded.
            ReadOnlySpan<byte> piece = data[..Math.Min(data.Length, Base64Step)];
            Base64.EncodeToUtf8(piece, writer.Reserve(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out int written);
            writer.Advance(written);
            data = data[piece.Length..];
        }

        writer.Raw("\"}"u8);
    }
}
