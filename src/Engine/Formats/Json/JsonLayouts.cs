using System;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>The layouts that records had lately, and when it pays to learn another one. One per decoder.</summary>
internal sealed class JsonLayouts
{
    private const int Kept = 4;
    private const int MaxPause = 256;
    private const int MaxMisses = 64;
    private const int FewMisses = 8;

    private readonly JsonLayout[] _layouts = new JsonLayout[Kept];
    private readonly long[] _uses = new long[Kept];
    private readonly JsonStructure _structure = new();
    private long _clock;
    private int _pause = 1; // records between two that are learned: more while what was learned is of no use
    private int _wait;
    private int _others; // matches in a row of others than the first
    private long _misses;

    public JsonLayouts(int slots, Predicate<int> isReadStrictly)
    {
        for (int i = 0; i < Kept; i++)
        {
            _layouts[i] = new JsonLayout(slots, isReadStrictly);
        }
    }

    /// <summary>The layout that matched last.</summary>
    public JsonLayout Layout { get; private set; } = null!;

    /// <summary>One bit for each gap of the last record that matched where a string has escapes that is a field's value.</summary>
    public ulong Escaped { get; private set; }

    /// <summary>Finds records of known layouts at the front, as long as they leave values of the same fields.</summary>
    /// <param name="text">The payload.</param>
    /// <param name="start">Where a record begins; then where the first one of another layout does.</param>
    /// <param name="maxRecordSize">The longest record that is taken.</param>
    /// <param name="run">Whose lanes get the marks.</param>
    /// <param name="room">How many are wanted, 1 at least.</param>
    public int Match(ReadOnlySpan<byte> text, ref int start, int maxRecordSize, JsonRun run, int room)
    {
        // Where layouts change all the time, looking for them is a waste.
        if (_misses > MaxMisses && (_misses++ & 15) != 0)
        {
            return 0;
        }

        int count = 0;
        Escaped = 0;
        for (JsonLayout? ended = null; count < room && Escaped == 0;)
        {
            int found = MatchSome(text, ref start, maxRecordSize, run, count, room - count, ref ended);
            if (found == 0)
            {
                break;
            }

            count += found;
        }

        _misses = count > 0 ? 0 : _misses + 1;
        return count;
    }

    /// <summary>Finds records of one layout.</summary>
    /// <param name="text">The payload.</param>
    /// <param name="start">Where a record begins.</param>
    /// <param name="maxRecordSize">The longest record that is taken.</param>
    /// <param name="run">Whose lanes get the marks.</param>
    /// <param name="before">Records that were found just before: only layouts like theirs are looked at.</param>
    /// <param name="room">How many are wanted.</param>
    /// <param name="ended">The layout that the record at hand is known not to have; then that of the next one.</param>
    private int MatchSome(ReadOnlySpan<byte> text, ref int start, int maxRecordSize, JsonRun run, int before, int room, ref JsonLayout? ended)
    {
        for (int i = 0; i < Kept && _layouts[i].Count > 0; i++)
        {
            JsonLayout layout = _layouts[i];
            if (layout == ended || (before > 0 && !layout.IsLike(Layout)))
            {
                continue;
            }

            int wanted = i == 0 ? room : 1;
            int count = layout.Match(text, ref start, maxRecordSize, run, before, wanted, out ulong escaped);
            if (count > 0)
            {
                // Only what was just learned shows that it pays.
                _pause = _uses[i] == 0 ? 1 : _pause;
                _uses[i] = ++_clock;
                (Layout, Escaped) = (layout, escaped & layout.Needed);
                ended = count < wanted && escaped == 0 ? layout : null;

                // One that comes now and then stays behind the one that is usual.
                _others = i == 0 ? 0 : _others + 1;
                if (_others > 1)
                {
                    MoveToFront(i);
                    _others = 0;
                }

                return count;
            }
        }

        return 0;
    }

    /// <summary>Whether the next record of an unknown layout is to be learned.</summary>
    public bool IsCurious => _wait == 0;

    /// <summary>Whether a layout was met lately.</summary>
    public bool IsOfUse => _misses < FewMisses;

    /// <summary>One that is not learned.</summary>
    public void Pass() => _wait--;

    /// <summary>A sound record of an unknown layout.</summary>
    public void Meet(ReadOnlySpan<byte> text, int start, int end, ReadOnlySpan<JsonSlot> found)
    {
        if (_wait > 0)
        {
            _wait--;
            return;
        }

        // The one that was not used for the longest time gives way.
        int place = 0;
        for (int i = 1; i < Kept; i++)
        {
            place = _layouts[i].Count == 0 || (_layouts[place].Count > 0 && _uses[i] < _uses[place]) ? i : place;
        }

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
