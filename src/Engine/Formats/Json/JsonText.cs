using System;
using System.Text;

namespace DataStream.Formats.Json;

/// <summary>JSON's escapes, between the bytes as written and the bytes as meant.</summary>
internal static class JsonText
{
    /// <summary>The most bytes that one escape takes: <c>\u00xx</c>.</summary>
    public const int MaxEscape = 6;

    private const int HighSurrogate = 0xD800;
    private const int LowSurrogate = 0xDC00;
    private const int LastSurrogate = 0xDFFF;
    private const int Replacement = 0xFFFD;

    /// <summary>Decodes what stands between the quotes of a string that was checked; never longer than it. A lone surrogate becomes U+FFFD.</summary>
    /// <returns>The bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        int written = 0;
        int at = 0;
        while (at < raw.Length)
        {
            int escape = raw[at..].IndexOf((byte)'\\');
            int plain = escape < 0 ? raw.Length - at : escape;
            raw.Slice(at, plain).CopyTo(target[written..]);
            written += plain;
            at += plain;
            if (at == raw.Length)
            {
                break;
            }

            if (raw[at + 1] == 'u')
            {
                written += CodePoint(raw, ref at).EncodeToUtf8(target[written..]);
            }
            else
            {
                target[written++] = Meaning(raw[at + 1]);
                at += 2;
            }
        }

        return written;
    }

    /// <summary>Writes the escape of a byte below 0x20, a quote or a backslash.</summary>
    /// <returns>The bytes written, at most <see cref="MaxEscape"/>.</returns>
    public static int Escape(byte value, Span<byte> target)
    {
        target[0] = (byte)'\\';
        byte letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'u',
        };
        target[1] = letter;
        if (letter != 'u')
        {
            return 2;
        }

        target[2] = (byte)'0';
        target[3] = (byte)'0';
        target[4] = (byte)"0123456789abcdef"[value >> 4];
        target[5] = (byte)"0123456789abcdef"[value & 15];
        return MaxEscape;
    }

    /// <summary>A name as a JSON string, quotes included. For plan time: it allocates.</summary>
    public static byte[] Quote(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name);
        Span<byte> quoted = new byte[(text.Length * MaxEscape) + 2];
        int length = 0;
        quoted[length++] = (byte)'"';
        foreach (byte value in text)
        {
            if (value is < 0x20 or (byte)'"' or (byte)'\\')
            {
                length += Escape(value, quoted[length..]);
            }
            else
            {
                quoted[length++] = value;
            }
        }

        quoted[length++] = (byte)'"';
        return quoted[..length].ToArray();
    }

    private static Rune CodePoint(ReadOnlySpan<byte> raw, ref int at)
    {
        int unit = Hex(raw[(at + 2)..]);
        at += 6;
        if (unit is < HighSurrogate or > LastSurrogate)
        {
            return new Rune(unit);
        }

        if (unit < LowSurrogate && at + 6 <= raw.Length && raw[at] == '\\' && raw[at + 1] == 'u')
        {
            int low = Hex(raw[(at + 2)..]);
            if (low is >= LowSurrogate and <= LastSurrogate)
            {
                at += 6;
                return new Rune((char)unit, (char)low);
            }
        }

        return new Rune(Replacement);
    }

    private static int Hex(ReadOnlySpan<byte> digits)
    {
        int value = 0;
        for (int i = 0; i < 4; i++)
        {
            // 0–9 are 0x30–0x39, letters end in 1–6 with bit 6 set: nine more than their low bits.
            value = (value << 4) | ((digits[i] & 15) + ((digits[i] >> 6) * 9));
        }

        return value;
    }

    private static byte Meaning(byte letter) => letter switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };
}
