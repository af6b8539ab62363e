using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Formats.TextLines;

/// <summary>A pattern with named fields. Matching takes one pass from left to right and never goes back: time linear in the text.</summary>
/// <remarks>A typed field takes as much as its type's grammar does, an untyped one everything before the first place where the next literal stands. Immutable.</remarks>
internal sealed class TextPattern
{
    private readonly PatternField[] _fields;
    private readonly object[] _parts; // literals as bytes, and fields as places in the list
    private readonly byte[][][] _nulls;
    private readonly TimeExtent[][] _times;

    /// <param name="parts">Byte arrays and <see cref="PatternField"/>s.</param>
    public TextPattern(IReadOnlyList<object> parts)
    {
        _fields = [.. parts.OfType<PatternField>()];
        _parts = [.. parts.Select(part => part is PatternField field ? Array.IndexOf(_fields, field) : part)];
        _nulls = [.. Fields.Select(_ => Array.Empty<byte[]>())];
        _times = [.. Fields.Select(field => field.Formats.Select(format => new TimeExtent(format)).ToArray())];
    }

    private TextPattern(TextPattern other, PatternField[] fields, byte[][][] nulls)
    {
        _fields = fields;
        _parts = other._parts;
        _nulls = nulls;
        _times = [.. fields.Select(field => field.Formats.Select(format => new TimeExtent(format)).ToArray())];
    }

    public IReadOnlyList<PatternField> Fields => _fields;

    /// <summary>The same pattern, knowing which texts are null in the schema's fields that read its own, and the formats of their timestamps where it has none.</summary>
    public TextPattern For(IReadOnlyList<DecodeField> schema)
    {
        DecodeField[][] readers = [.. Fields.Select(field => schema.Where(s => s.Sources.Contains(field.Name)).ToArray())];
        PatternField[] fields = [.. _fields.Select((field, i) => field is { Type.Kind: ColumnKind.Timestamp, Formats.Count: 0 } && readers[i] is [{ Sources.Count: 1 } one] ? field with { Formats = one.TimeFormats } : field)];
        byte[][][] nulls = [.. readers.Select(r => r.SelectMany(s => s.NullValues).Distinct().Select(System.Text.Encoding.UTF8.GetBytes).ToArray())];
        return new TextPattern(this, fields, nulls);
    }

    /// <summary>Where the fields are, if the text is one of the pattern.</summary>
    /// <param name="text">A line.</param>
    /// <param name="isPrefix">More may follow what the pattern describes.</param>
    /// <param name="starts">Takes each field's first place; as many as there are fields.</param>
    /// <param name="ends">Takes the place behind each.</param>
    public bool TryMatch(ReadOnlySpan<byte> text, bool isPrefix, Span<int> starts, Span<int> ends)
    {
        int at = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            if (_parts[i] is byte[] literal)
            {
                if (!text[at..].StartsWith(literal))
                {
                    return false;
                }

                at += literal.Length;
                continue;
            }

            int field = (int)_parts[i];
            int length = _fields[field].IsTyped ? TypedLength(field, text[at..])
                : i + 1 == _parts.Length ? text.Length - at
                : text[at..].IndexOf((byte[])_parts[i + 1]);
            if (length < 0)
            {
                return false;
            }

            starts[field] = at;
            at += length;
            ends[field] = at;
        }

        return isPrefix || at == text.Length;
    }

    private int TypedLength(int field, ReadOnlySpan<byte> text)
    {
        int length = -1;
        if (_times[field].Length == 0)
        {
            length = ValueExtent.Of(_fields[field].Type!.Value.Kind, text);
        }

        foreach (TimeExtent time in _times[field])
        {
            length = Math.Max(length, time.Of(text));
        }

        // What means null may be no value of the type, or a part of one.
        foreach (byte[] word in _nulls[field])
        {
            length = word.Length > length && text.StartsWith(word) ? word.Length : length;
        }

        return length;
    }
}
