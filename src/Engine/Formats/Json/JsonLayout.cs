using System;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>The layout of a record: which bytes stand around its values, and which of these the fields want.</summary>
/// <remarks>
/// Learned from a record that was read as any other. Key order and white space are part of it; so are brackets, whose elements then are as many as in that record.
/// Nothing is allocated after construction.
/// </remarks>
/// <param name="slots">How many values the fields have.</param>
/// <param name="isReadStrictly">Whether who reads a slot checks the grammar of its numbers.</param>
internal sealed class JsonLayout(int slots, Predicate<int> isReadStrictly)
{
    /// <summary>Records with more values have no layout.</summary>
    public const int MaxGaps = JsonRecords.MaxSteps - 1;

    private const int MaxLiterals = 8192;

    private readonly byte[] _literals = new byte[MaxLiterals];
    private readonly JsonPart[] _steps = new JsonPart[MaxGaps + 1];
    private readonly int[] _gapOfSlot = new int[slots];
    private readonly int[] _slotOfGap = new int[MaxGaps];
    private int _used;

    /// <summary>How many gaps there are; 0: nothing was learned.</summary>
    public int Count { get; private set; }

    /// <summary>One bit for each gap whose value is a field's.</summary>
    public ulong Needed { get; private set; }

    /// <summary>Finds the records of this layout at <paramref name="start"/>, which moves behind them; of the last one also which gaps' strings have escapes.</summary>
    /// <param name="text">The payload.</param>
    /// <param name="start">Where a record begins.</param>
    /// <param name="maxRecordSize">The longest record that is taken.</param>
    /// <param name="run">Whose lanes get the marks, and whose <see cref="JsonRun.Ends"/> are filled; nothing else.</param>
    /// <param name="before">Records that were found just before, in layouts like this one, and are not filled in yet.</param>
    /// <param name="room">The most records.</param>
    /// <param name="escaped">One bit for each gap.</param>
    public int Match(ReadOnlySpan<byte> text, ref int start, int maxRecordSize, JsonRun run, int before, int room, out ulong escaped)
    {
        for (int gap = 0; gap < Count; gap++)
        {
            _steps[gap].Target = run.MarkOf(_slotOfGap[gap]);
        }

        return JsonRecords.Match(text, ref start, _literals.AsSpan(0, _used), _steps.AsSpan(0, Count + 1), maxRecordSize, run.AllMarks[(2 * before)..], run.Ends[before..], room, out escaped);
    }

    /// <summary>Whether records of this layout and another one leave values of the same fields, of the same kinds.</summary>
    public bool IsLike(JsonLayout other)
    {
        for (int slot = 0; slot < _gapOfSlot.Length; slot++)
        {
            (int mine, int its) = (_gapOfSlot[slot], other._gapOfSlot[slot]);
            if ((mine < 0) != (its < 0) || (mine >= 0 && _steps[mine].Gap != other._steps[its].Gap))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds the values to the newest records, whose marks <see cref="Match"/> has filled in.</summary>
    /// <param name="text">The payload.</param>
    /// <param name="run">Theirs.</param>
    /// <param name="records">How many.</param>
    /// <param name="escaped">One bit for each gap of the last one where a string has escapes.</param>
    public void Fill(ReadOnlySpan<byte> text, JsonRun run, int records, ulong escaped)
    {
        for (int slot = 0; slot < _gapOfSlot.Length; slot++)
        {
            int gap = _gapOfSlot[slot];
            if (gap < 0)
            {
                continue;
            }

            JsonGap kind = _steps[gap].Gap;
            int first = run.Entries(slot);
            run.Fill(slot, records, kind == JsonGap.String ? JsonKind.Text : JsonKind.Number);
            for (int i = 0; kind == JsonGap.Word && i < records; i++)
            {
                byte letter = text[run.Marks(slot)[2 * (first + i)] + 1];
                run.SetKind(slot, first + i, letter == 't' ? JsonKind.True : letter == 'f' ? JsonKind.False : JsonKind.Null);
            }

            if ((escaped >> gap & 1) != 0)
            {
                run.SetKind(slot, first + records - 1, JsonKind.EscapedText);
            }
        }
    }

    /// <summary>Takes over the layout of a sound record; false where it has none that can be used.</summary>
    /// <param name="text">The payload.</param>
    /// <param name="start">Where the record's line begins.</param>
    /// <param name="end">Behind its line feed.</param>
    /// <param name="found">Where the fields' values stand.</param>
    /// <param name="structure">For the walk over it.</param>
    public bool Learn(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<JsonSlot> found, JsonStructure structure)
    {
        (Count, _used, Needed) = (0, 0, 0);
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

                _steps[count].Gap = isText ? JsonGap.String : text[first] >= 'a' ? JsonGap.Word : JsonGap.Number;
                int slot = Claim(found, value, count);
                Needed |= slot < slots ? 1UL << count : 0;
                _slotOfGap[count] = slot;
                if (_steps[count].Gap == JsonGap.Number && slot < slots && isReadStrictly(slot))
                {
                    _steps[count].Gap = JsonGap.Digits;
                }

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
        _steps[index] = new JsonPart { Length = literal.Length, Mask = uint.MaxValue >> (-literal.Length & (JsonRecords.Piece - 1)) };
        _used += room;
        return true;
    }

    /// <summary>The slot whose value stands here; the one behind the last where none does.</summary>
    private int Claim(ReadOnlySpan<JsonSlot> found, int start, int gap)
    {
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i].Kind != JsonKind.Missing && found[i].Start == start)
            {
                _gapOfSlot[i] = gap;
                return i;
            }
        }

        return found.Length;
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
