using System;
using System.Runtime.CompilerServices;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Why a record's structure cannot be read.</summary>
internal enum JsonFault : byte
{
    None,
    Syntax,
    TooDeep,
}

/// <summary>Walks over JSON values (RFC 8259) and checks every byte of them, without recursion and without making anything.</summary>
/// <remarks>
/// A record is a line: a line feed, like the end of the bytes, ends it wherever it stands, and is no white space here, unless values may span lines. UTF-8 is not checked.
/// At a fault <see cref="At"/> stays where it was found.
/// </remarks>
internal ref struct JsonCursor(ReadOnlySpan<byte> text, Span<byte> open, bool spansLines = false)
{
    /// <summary>The deepest level that is still data; the record's object is 1.</summary>
    public const int MaxDepth = 256;

    private readonly Span<byte> _open = open; // brackets that are open, by level
    private const byte End = (byte)'\n';

    public ReadOnlySpan<byte> Text { get; } = text;

    /// <summary>The byte that comes next.</summary>
    public int At;

    public JsonFault Fault;

    /// <summary>The next byte; a line feed at the end.</summary>
    public readonly byte Next
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (uint)At < (uint)Text.Length ? Text[At] : End;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipWhite()
    {
        while (Next is (byte)' ' or (byte)'\t' or (byte)'\r' || (spansLines && Next == End && At < Text.Length))
        {
            At++;
        }
    }

    /// <summary>Goes over the value that begins here; <see cref="JsonKind.Missing"/> with a fault when there is none.</summary>
    /// <param name="depth">The level that a container has if one opens here.</param>
    public JsonKind SkipValue(int depth) => Next is (byte)'{' or (byte)'[' ? SkipContainer(depth) : SkipScalar();

    /// <summary>Goes over <c>"key" :</c> and the white space behind it, and says where the key's bytes lie.</summary>
    public bool SkipKey(out int start, out int length, out bool isEscaped)
    {
        start = At + 1;
        length = 0;
        isEscaped = false;
        if (Next != '"')
        {
            return Fail();
        }

        JsonKind kind = SkipString();
        if (kind == JsonKind.Missing)
        {
            return false;
        }

        isEscaped = kind == JsonKind.EscapedText;
        length = At - 1 - start;
        SkipWhite();
        if (Next != ':')
        {
            return Fail();
        }

        At++;
        SkipWhite();
        return true;
    }

    public bool Fail(JsonFault fault = JsonFault.Syntax)
    {
        Fault = fault;
        return false;
    }

    private JsonKind SkipContainer(int depth)
    {
        JsonKind kind = Next == '{' ? JsonKind.Object : JsonKind.Array;
        int level = 0;
        while (true)
        {
            // Here a value begins.
            byte bracket = Next;
            if (bracket is (byte)'{' or (byte)'[')
            {
                if (depth + level > MaxDepth)
                {
                    Fail(JsonFault.TooDeep);
                    return JsonKind.Missing;
                }

                At++;
                SkipWhite();
                if (Next == Closing(bracket))
                {
                    At++;
                }
                else
                {
                    _open[level++] = bracket;
                    if (bracket == '{' && !SkipKey(out _, out _, out _))
                    {
                        return JsonKind.Missing;
                    }

                    continue;
                }
            }
            else if (SkipScalar() == JsonKind.Missing)
            {
                return JsonKind.Missing;
            }

            if (!EndContainers(ref level))
            {
                return JsonKind.Missing;
            }

            if (level == 0)
            {
                return kind;
            }
        }
    }

    /// <summary>Behind a value: closes what closes here, and goes to the next value where there is one (the level stays above 0).</summary>
    private bool EndContainers(ref int level)
    {
        while (level > 0)
        {
            SkipWhite();
            byte bracket = _open[level - 1];
            if (Next == ',')
            {
                At++;
                SkipWhite();
                return bracket == '[' || SkipKey(out _, out _, out _);
            }

            if (Next != Closing(bracket))
            {
                return Fail();
            }

            At++;
            level--;
        }

        return true;
    }

    private JsonKind SkipScalar()
    {
        switch (Next)
        {
            case (byte)'"':
                return SkipString();
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return SkipNumber();
            case (byte)'t':
                return SkipWord("true"u8, JsonKind.True);
            case (byte)'f':
                return SkipWord("false"u8, JsonKind.False);
            case (byte)'n':
                return SkipWord("null"u8, JsonKind.Null);
            default:
                Fail();
                return JsonKind.Missing;
        }
    }

    private JsonKind SkipString()
    {
        JsonKind kind = JsonKind.Text;
        At++;
        while (true)
        {
            At = JsonStrings.PlainEnd(Text, At);
            byte next = Next;
            if (next == '"')
            {
                At++;
                return kind;
            }

            if (next != '\\' || !SkipEscape())
            {
                Fail();
                return JsonKind.Missing;
            }

            kind = JsonKind.EscapedText;
        }
    }

    private bool SkipEscape()
    {
        At++;
        switch (Next)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                At++;
                return true;
            case (byte)'u':
                At++;
                for (int i = 0; i < 4; i++, At++)
                {
                    if (!char.IsAsciiHexDigit((char)Next))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return false;
        }
    }

    private JsonKind SkipNumber()
    {
        if (Next == '-')
        {
            At++;
        }

        if (Next == '0')
        {
            At++;
        }
        else if (!SkipDigits())
        {
            return JsonKind.Missing;
        }

        if (Next == '.')
        {
            At++;
            if (!SkipDigits())
            {
                return JsonKind.Missing;
            }
        }

        if (Next is (byte)'e' or (byte)'E')
        {
            At++;
            if (Next is (byte)'+' or (byte)'-')
            {
                At++;
            }

            if (!SkipDigits())
            {
                return JsonKind.Missing;
            }
        }

        return JsonKind.Number;
    }

    private bool SkipDigits()
    {
        int first = At;
        while (Next is >= (byte)'0' and <= (byte)'9')
        {
            At++;
        }

        return At > first || Fail();
    }

    private JsonKind SkipWord(ReadOnlySpan<byte> word, JsonKind kind)
    {
        if (Text[At..].StartsWith(word))
        {
            At += word.Length;
            return kind;
        }

        Fail();
        return JsonKind.Missing;
    }

    /// <summary>The bracket that closes: two places behind the one that opens, in ASCII.</summary>
    private static byte Closing(byte bracket) => (byte)(bracket + 2);
}
