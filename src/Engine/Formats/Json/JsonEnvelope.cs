using System;
using System.Collections.Generic;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Follows a path through a document, token by token, to the array whose elements are the records.</summary>
internal sealed class JsonEnvelope
{
    private readonly byte[]?[] _keys; // by step; null: an index
    private readonly int[] _indices;
    private readonly int[] _counts; // elements before the current one, by level
    private readonly byte[] _scratch;
    private int _followed; // containers open that lie on the path
    private int _keyStart; // of the key that the bytes end in; −1: none
    private bool _isKeyLost; // its front is gone
    private bool _isSelected; // the value that comes is the one that the last key on the path chose

    /// <param name="steps">The path; none: the document itself is the array.</param>
    public JsonEnvelope(IReadOnlyList<JsonStep> steps)
    {
        _keys = new byte[steps.Count][];
        _indices = new int[steps.Count];
        _counts = new int[steps.Count + 1];
        int longest = 0;
        for (int i = 0; i < steps.Count; i++)
        {
            _indices[i] = steps[i].Index;
            _keys[i] = steps[i].Key is { } key ? Encoding.UTF8.GetBytes(key) : null;
            longest = Math.Max(longest, _keys[i]?.Length ?? 0);
        }

        _scratch = new byte[longest * JsonText.MaxEscape];
    }

    /// <summary>The document, up to where it was followed.</summary>
    public JsonStructure Structure { get; } = new();

    private bool IsFollowed => _followed > 0 && _followed == Structure.Depth;

    public void Begin()
    {
        Structure.Begin();
        (_followed, _isSelected, _keyStart, _isKeyLost) = (0, false, -1, false);
    }

    /// <summary>Goes over one token.</summary>
    public JsonToken Next(ReadOnlySpan<byte> bytes, ref int at, out bool opensRecords)
    {
        int before = at;
        JsonToken token = Structure.Next(bytes, ref at);
        opensRecords = false;
        if (token == JsonToken.More)
        {
            if (Structure.InString && IsFollowed && _keyStart < 0 && !_isKeyLost)
            {
                _keyStart = before + bytes[before..].IndexOf((byte)'"');
            }

            return token;
        }

        if (token == JsonToken.Key && IsFollowed)
        {
            int start = _keyStart >= 0 ? _keyStart : before + bytes[before..at].IndexOf((byte)'"');
            _isSelected = !_isKeyLost && IsWanted(bytes[start..at]);
        }
        else if (token == JsonToken.Open)
        {
            opensRecords = OnOpen(Structure.Depth - 1);
        }
        else if (token == JsonToken.Comma && IsFollowed)
        {
            _counts[Structure.Depth]++;
        }
        else if (token == JsonToken.Close)
        {
            _followed = Math.Min(_followed, Structure.Depth);
        }

        (_keyStart, _isKeyLost) = (-1, false);
        return token;
    }

    /// <summary>How many of the first <paramref name="length"/> bytes need not be seen again: a key that may be one of the path's stays whole, up to a limit.</summary>
    public int Passed(int length, int maxKey)
    {
        if (_keyStart >= 0 && length - _keyStart > maxKey)
        {
            (_keyStart, _isKeyLost) = (-1, true);
        }

        return _keyStart < 0 ? length : Math.Min(length, _keyStart);
    }

    /// <summary>So many bytes at the front are gone.</summary>
    public void Consume(int length) => _keyStart = _keyStart < 0 ? -1 : _keyStart - length;

    private bool IsWanted(ReadOnlySpan<byte> quoted)
    {
        byte[]? wanted = _keys[Structure.Depth - 1];
        ReadOnlySpan<byte> raw = quoted[1..^1];
        if (wanted is null || raw.Length > _scratch.Length)
        {
            return false;
        }

        // Nothing has checked the escapes yet.
        return raw.SequenceEqual(wanted)
            || (new JsonCursor(quoted, default).SkipValue(1) == JsonKind.EscapedText && _scratch.AsSpan(0, JsonText.Unescape(raw, _scratch)).SequenceEqual(wanted));
    }

    private bool OnOpen(int level)
    {
        if (level != _followed || (level > 0 && !(_keys[level - 1] is null ? _counts[level] == _indices[level - 1] : _isSelected)))
        {
            return false;
        }

        bool isObject = Structure.IsInObject;
        if (level == _keys.Length)
        {
            return !isObject;
        }

        if (isObject == _keys[level] is not null)
        {
            _followed = level + 1;
            _counts[_followed] = 0;
            _isSelected = false;
        }

        return false;
    }
}
