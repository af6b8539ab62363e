using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Where the values of consecutive records stand, for all fields: what the walk over the records leaves for the columns.</summary>
/// <remarks>Each record has two marks for each slot and two that mean nothing. A slot's bytes lie between two marks, as <see cref="FieldRun"/> has them; of a string what stands between its quotes. Marks of a value that is missing mean nothing.</remarks>
internal sealed class JsonRun
{
    /// <summary>The most records: their bytes stay in the first caches until they are read.</summary>
    public const int MaxRecords = 128;

    private readonly int _slots;
    private readonly int[] _marks;
    private readonly JsonKind[] _kinds;
    private readonly uint[] _seen; // by slot: one bit for each kind that came

    public JsonRun(int slots)
    {
        _slots = slots;
        _marks = new int[MaxRecords * 2 * (slots + 1)];
        _kinds = new JsonKind[MaxRecords * slots];
        _seen = new uint[slots];
    }

    public int Count { get; private set; }

    /// <summary>Marks of a record.</summary>
    public int Width => 2 * (_slots + 1);

    public ReadOnlySpan<int> Marks => _marks;

    public void Clear()
    {
        Count = 0;
        _seen.AsSpan().Clear();
    }

    /// <summary>How many records from one on have a value of this kind in a slot.</summary>
    public int CountOf(JsonKind kind, int slot, int from)
    {
        if (_seen[slot] == 1U << (int)kind)
        {
            return Count - from;
        }

        int at = (from * _slots) + slot;
        int count = 0;
        while (from + count < Count && _kinds[at] == kind)
        {
            count++;
            at += _slots;
        }

        return count;
    }

    /// <summary>Room for the marks of the next records.</summary>
    public Span<int> Room(int records) => _marks.AsSpan(Count * Width, records * Width);

    /// <summary>The value of a record as the walk over it has it, quotes included.</summary>
    public JsonSlot SlotOf(int record, int slot)
    {
        JsonKind kind = _kinds[(record * _slots) + slot];
        int mark = (record * Width) + (2 * slot);
        int quote = kind is JsonKind.Text or JsonKind.EscapedText ? 1 : 0;
        return new JsonSlot { Kind = kind, Start = _marks[mark] + 1 - quote, End = _marks[mark + 1] + quote };
    }

    /// <summary>Records of a learned layout, whose marks were filled in.</summary>
    /// <param name="bytes">The payload.</param>
    /// <param name="layout">Their layout.</param>
    /// <param name="count">How many.</param>
    /// <param name="escaped">One bit for each gap of the last one where a string has escapes.</param>
    public void Add(ReadOnlySpan<byte> bytes, JsonLayout layout, int count, ulong escaped)
    {
        for (int slot = 0; slot < _slots; slot++)
        {
            int gap = layout.GapOf(slot);
            JsonKind kind = gap < 0 ? JsonKind.Missing : layout.KindOf(gap) == JsonGap.String ? JsonKind.Text : JsonKind.Number;
            bool isWord = gap >= 0 && layout.KindOf(gap) == JsonGap.Word;
            int at = (Count * _slots) + slot;
            for (int i = 0; i < count; i++, at += _slots)
            {
                _kinds[at] = isWord ? KindOfWord(bytes[_marks[((Count + i) * Width) + (2 * slot)] + 1]) : kind;
                _seen[slot] |= 1U << (int)_kinds[at];
            }

            if (gap >= 0 && (escaped >> gap & 1) != 0)
            {
                _kinds[at - _slots] = JsonKind.EscapedText;
                _seen[slot] |= 1U << (int)JsonKind.EscapedText;
            }
        }

        Count += count;
    }

    /// <summary>A record as the walk over it found its values.</summary>
    public void Add(ReadOnlySpan<JsonSlot> slots)
    {
        int at = Count * _slots;
        int mark = Count * Width;
        for (int slot = 0; slot < slots.Length; slot++, at++, mark += 2)
        {
            JsonSlot value = slots[slot];
            int quote = (uint)(value.Kind - JsonKind.Text) <= JsonKind.EscapedText - JsonKind.Text ? 1 : 0;
            _marks[mark] = value.Start - 1 + quote;
            _marks[mark + 1] = value.End - quote;
            _kinds[at] = value.Kind;
            _seen[slot] |= 1U << (int)value.Kind;
        }

        Count++;
    }

    public static JsonKind KindOfWord(byte first) => first == 't' ? JsonKind.True : first == 'f' ? JsonKind.False : JsonKind.Null;
}
