using System;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>What <see cref="JsonStructure.Next"/> went over.</summary>
internal enum JsonToken : byte
{
    /// <summary>The bytes end here: more of them may go on with it.</summary>
    More,

    /// <summary>What stands here cannot: a value behind a value, a bracket that closes another one, a line feed inside a string.</summary>
    Fault,
    Key,
    Text,
    Scalar,
    Open,
    Close,
    Comma,
    Colon,
}

/// <summary>Brackets, strings, commas and colons of a JSON value, token by token: enough to find its end, not to say that it is sound.</summary>
/// <remarks>It stops at any byte and goes on there with more of them. Numbers and words are runs of bytes without a meaning; what strings hold is not checked.</remarks>
internal sealed class JsonStructure
{
    /// <summary>Deeper is a fault here; records are dead long before.</summary>
    public const int MaxDepth = 1024;

    private readonly ulong[] _objects = new ulong[MaxDepth / 64]; // one bit for each open bracket: 1 for an object's
    private Expected _expected;
    private bool _isKey;

    private enum Expected : byte
    {
        Value,
        ValueOrEnd,
        Key,
        KeyOrEnd,
        Colon,
        CommaOrEnd,
    }

    /// <summary>How many brackets are open.</summary>
    public int Depth { get; private set; }

    public bool InString { get; private set; }

    public bool InScalar { get; private set; }

    /// <summary>Whether the innermost open bracket is an object's.</summary>
    public bool IsInObject => Depth > 0 && IsObject(Depth - 1);

    /// <summary>A value begins.</summary>
    public void Begin()
    {
        Depth = 0;
        _expected = Expected.Value;
        (InString, InScalar) = (false, false);
    }

    /// <summary>Goes over white space and one token, and says what it was. At a fault the position is where it was found.</summary>
    public JsonToken Next(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (InString)
        {
            return EndString(bytes, ref at);
        }

        if (InScalar)
        {
            return EndScalar(bytes, ref at);
        }

        while (at < bytes.Length && IsWhite(bytes[at]))
        {
            at++;
        }

        if (at >= bytes.Length)
        {
            return JsonToken.More;
        }

        switch (bytes[at])
        {
            case (byte)'"':
                return BeginString(bytes, ref at);
            case (byte)'{' or (byte)'[':
                return Open(bytes[at] == '{', ref at);
            case (byte)'}' or (byte)']':
                return Close(bytes[at] == '}', ref at);
            case (byte)',':
                return Sign(Expected.CommaOrEnd, IsInObject ? Expected.Key : Expected.Value, JsonToken.Comma, ref at);
            case (byte)':':
                return Sign(Expected.Colon, Expected.Value, JsonToken.Colon, ref at);
            default:
                if (_expected > Expected.ValueOrEnd)
                {
                    return JsonToken.Fault;
                }

                InScalar = true;
                return EndScalar(bytes, ref at);
        }
    }

    /// <summary>A bracket opens, whatever was expected: for a way on behind a fault.</summary>
    public void Push(bool isObject)
    {
        if (Depth < MaxDepth)
        {
            ulong bit = 1UL << (Depth & 63);
            _objects[Depth >> 6] = isObject ? _objects[Depth >> 6] | bit : _objects[Depth >> 6] & ~bit;
        }

        Depth++;
    }

    /// <summary>A bracket closes, and with it those inside that were never closed; false, and nothing closed, where none of its kind is open.</summary>
    public bool Unwind(bool isObject)
    {
        for (int level = Depth - 1; level >= 0; level--)
        {
            if (level >= MaxDepth || IsObject(level) == isObject)
            {
                Depth = level;
                return true;
            }
        }

        return false;
    }

    public static bool IsWhite(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private bool IsObject(int level) => (_objects[level >> 6] >> (level & 63) & 1) != 0;

    private JsonToken Open(bool isObject, ref int at)
    {
        if (_expected > Expected.ValueOrEnd || Depth == MaxDepth)
        {
            return JsonToken.Fault;
        }

        Push(isObject);
        _expected = isObject ? Expected.KeyOrEnd : Expected.ValueOrEnd;
        at++;
        return JsonToken.Open;
    }

    private JsonToken Close(bool isObject, ref int at)
    {
        Expected empty = isObject ? Expected.KeyOrEnd : Expected.ValueOrEnd;
        if (Depth == 0 || IsInObject != isObject || (_expected != empty && _expected != Expected.CommaOrEnd))
        {
            return JsonToken.Fault;
        }

        Depth--;
        _expected = Expected.CommaOrEnd;
        at++;
        return JsonToken.Close;
    }

    private JsonToken Sign(Expected now, Expected then, JsonToken token, ref int at)
    {
        if (_expected != now || Depth == 0)
        {
            return JsonToken.Fault;
        }

        _expected = then;
        at++;
        return token;
    }

    private JsonToken BeginString(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (_expected > Expected.KeyOrEnd)
        {
            return JsonToken.Fault;
        }

        _isKey = _expected > Expected.ValueOrEnd;
        InString = true;
        at++;
        return EndString(bytes, ref at);
    }

    private JsonToken EndString(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (true)
        {
            at = JsonStrings.PlainEnd(bytes, at);
            if (at >= bytes.Length || (bytes[at] == '\\' && at + 1 == bytes.Length))
            {
                return JsonToken.More;
            }

            switch (bytes[at])
            {
                case (byte)'"':
                    at++;
                    InString = false;
                    _expected = _isKey ? Expected.Colon : Expected.CommaOrEnd;
                    return _isKey ? JsonToken.Key : JsonToken.Text;
                case (byte)'\n':
                    return JsonToken.Fault;
                case (byte)'\\' when bytes[at + 1] != '\n':
                    at += 2;
                    break;
                default:
                    at++;
                    break;
            }
        }
    }

    private JsonToken EndScalar(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (at < bytes.Length)
        {
            if (IsWhite(bytes[at]) || bytes[at] is (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' or (byte)',' or (byte)':' or (byte)'"')
            {
                InScalar = false;
                _expected = Expected.CommaOrEnd;
                return JsonToken.Scalar;
            }

            at++;
        }

        return JsonToken.More;
    }
}
