using System;

namespace DataStream.Formats.Json;

/// <summary>The layouts that records had lately, and when it pays to learn another one. One per decoder.</summary>
internal sealed class JsonLayouts
{
    /// <summary>The most records that are matched at once: their bytes stay in the first caches until they are read.</summary>
    public const int MaxRun = 128;

    private const int Kept = 4;
    private const int MaxPause = 256;

    private readonly JsonLayout[] _layouts = new JsonLayout[Kept];
    private readonly long[] _uses = new long[Kept];
    private readonly JsonStructure _structure = new();
    private readonly int[] _marks = new int[MaxRun * 2 * 64];
    private long _clock;
    private int _pause = 1; // records between two that are learned: more while what was learned is of no use
    private int _wait;

    public JsonLayouts(int slots)
    {
        for (int i = 0; i < Kept; i++)
        {
            _layouts[i] = new JsonLayout(slots);
        }
    }

    /// <summary>The layout that matched last.</summary>
    public JsonLayout Layout => _layouts[0];

    /// <summary>The marks of the last run: two for each gap of each record.</summary>
    public ReadOnlySpan<int> Marks => _marks;

    /// <summary>Finds records of one known layout at the front.</summary>
    public int Match(ReadOnlySpan<byte> text, ref int start, int maxRecordSize, int maxRecords)
    {
        for (int i = 0; i < Kept && _layouts[i].Count > 0; i++)
        {
            JsonLayout layout = _layouts[i];
            int count = layout.Match(text, ref start, maxRecordSize, _marks.AsSpan(0, Math.Min(maxRecords, MaxRun) * 2 * layout.Count));
            if (count > 0)
            {
                MoveToFront(i);
                _uses[0] = ++_clock;
                _pause = 1;
                return count;
            }
        }

        return 0;
    }

    /// <summary>A sound record of an unknown layout.</summary>
    public void Meet(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<JsonSlot> found)
    {
        if (_wait > 0)
        {
            _wait--;
            return;
        }

        // The one that was not used for the longest time gives way.
        int place = Kept - 1;
        if (_layouts[place].Count > 0 && _uses[place] == 0)
        {
            _pause = Math.Min(_pause * 2, MaxPause);
        }

        _wait = _pause - 1;
        MoveToFront(place);
        _uses[0] = 0;
        _layouts[0].Learn(text, start, end, found, _structure);
        if (_layouts[0].Count == 0)
        {
            // None is to stand before those that can be used.
            MoveToBack();
            _pause = Math.Min(_pause * 2, MaxPause);
        }
    }

    private void MoveToFront(int place)
    {
        (JsonLayout layout, long uses) = (_layouts[place], _uses[place]);
        for (; place > 0; place--)
        {
            (_layouts[place], _uses[place]) = (_layouts[place - 1], _uses[place - 1]);
        }

        (_layouts[0], _uses[0]) = (layout, uses);
    }

    private void MoveToBack()
    {
        (JsonLayout layout, long uses) = (_layouts[0], _uses[0]);
        for (int i = 0; i < Kept - 1; i++)
        {
            (_layouts[i], _uses[i]) = (_layouts[i + 1], _uses[i + 1]);
        }

        (_layouts[Kept - 1], _uses[Kept - 1]) = (layout, uses);
    }
}
