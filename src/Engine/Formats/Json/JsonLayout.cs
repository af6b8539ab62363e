using System;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>The layout of a record: which bytes stand around its values, and which of these the fields want.</summary>
/// <remarks>
/// Learned from a record that was read as any other. Key order and white space are part of it; so are brackets, whose elements then are as many as in that record.
/// Nothing is allocated after construction.
/// </remarks>
internal sealed class JsonLayout(int slots)
{
    private const int MaxGaps = 64;
    private const int MaxLiterals = 8192;

    private readonly byte[] _literals = new byte[MaxLiterals];
    private readonly int[] _lengths = new int[MaxGaps + 1];
    private readonly JsonGap[] _gaps = new JsonGap[MaxGaps];
    private readonly int[] _gapOfSlot = new int[slots];
    private int _used;

    /// <summary>How many gaps there are; 0: nothing was learned.</summary>
    public int Count { get; private set; }

    /// <summary>The gap where a slot's value stands; −1: the record has no such value.</summary>
    public int GapOf(int slot) => _gapOfSlot[slot];

    public JsonGap KindOf(int gap) => _gaps[gap];

    /// <summary>Finds the records of this layout at <paramref name="start"/>, which moves behind them.</summary>
    public int Match(ReadOnlySpan<byte> text, ref int start, int maxRecordSize, Span<int> marks) =>
        JsonRecords.Match(text, ref start, _literals.AsSpan(0, _used), _lengths.AsSpan(0, Count + 1), _gaps.AsSpan(0, Count), maxRecordSize, marks);

    /// <summary>Takes over the layout of a sound record; false where it has none that can be used.</summary>
    /// <param name="text">The payload.</param>
    /// <param name="start">Where the record's line begins.</param>
    /// <param name="end">Behind its line feed.</param>
    /// <param name="found">Where the fields' values stand.</param>
    /// <param name="structure">For the walk over it.</param>
    public bool Learn(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<JsonSlot> found, JsonStructure structure)
    {
        (Count, _used) = (0, 0);
        _gapOfSlot.AsSpan().Fill(-1);
        structure.Begin();
        int literal = start;
        int count = 0;
        for (int at = start; ;)
        {
            int before = at;
            JsonToken token = structure.Next(text[..end], ref at);
            if (token <= JsonToken.Fault)
            {
                return false;
            }

            if (token is JsonToken.Text or JsonToken.Scalar)
            {
                bool isText = token == JsonToken.Text;
                int value = before + text[before..at].IndexOfAnyExcept(" \t\r\n"u8);
                int first = isText ? value + 1 : value;
                if (count == MaxGaps || !Keep(text[literal..first], count))
                {
                    return false;
                }

                _gaps[count] = isText ? JsonGap.String : text[first] >= 'a' ? JsonGap.Word : JsonGap.Number;
                Claim(found, value, count);
                count++;
                literal = isText ? at - 1 : at;
            }

            if (structure.Depth == 0)
            {
                break;
            }
        }

        if (count == 0 || !Keep(text[literal..end], count) || !HasAll(found))
        {
            return false;
        }

        Count = count;
        return true;
    }

    private bool Keep(ReadOnlySpan<byte> literal, int index)
    {
        int room = JsonRecords.Pieces(literal.Length);
        if (room > MaxLiterals - _used)
        {
            return false;
        }

        literal.CopyTo(_literals.AsSpan(_used));
        _lengths[index] = literal.Length;
        _used += room;
        return true;
    }

    private void Claim(ReadOnlySpan<JsonSlot> found, int start, int gap)
    {
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Kind != JsonKind.Missing && found[i].Start == start)
            {
                _gapOfSlot[i] = gap;
            }
        }
    }

    /// <summary>Whether every value that is there stands in a gap: an object that is read as text does not.</summary>
    private bool HasAll(ReadOnlySpan<JsonSlot> found)
    {
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Kind != JsonKind.Missing && _gapOfSlot[i] < 0)
            {
                return false;
            }
        }

        return true;
    }
}
