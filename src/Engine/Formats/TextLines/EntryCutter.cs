using System;
using DataStream.Kernels;

namespace DataStream.Formats.TextLines;

/// <summary>Cuts entries of several lines: one ends where the next line begins another, or with the file. What stands before the first one is an entry, too.</summary>
internal sealed class EntryCutter(EntryStart entries, int maxRecordSize) : RecordCutter
{
    private readonly FileStart _start = new(maxRecordSize);
    private bool _isAtStart = true;
    private bool _isDiscarding; // the rest of an entry that is too long
    private bool _isAtLine; // while discarding: a line begins here, and may begin an entry
    private int _line; // the pending entry's last line that is known to be its own

    public override void Begin(string source)
    {
        Line = 1;
        (_isAtStart, _isDiscarding, _line) = (true, false, 0);
        _start.Begin(source);
    }

    public override Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        if (_isAtStart)
        {
            if (!_start.TryPass(bytes, isFinal, out int mark))
            {
                return default;
            }

            _isAtStart = false;
            if (mark > 0)
            {
                return new Cut(mark, 0, 0);
            }
        }

        if (_isDiscarding && !TryEndDiscarding(bytes, isFinal, out Cut discarded))
        {
            return discarded;
        }

        return CutEntries(bytes, isFinal, maxRecords, maxLength);
    }

    /// <summary>True where the bytes begin with a new entry.</summary>
    private bool TryEndDiscarding(ReadOnlySpan<byte> bytes, bool isFinal, out Cut discarded)
    {
        discarded = default;
        if (_isAtLine)
        {
            if (bytes.IsEmpty || !entries.TryJudge(bytes, isFinal, out bool isStart))
            {
                return false;
            }

            if (isStart)
            {
                _isDiscarding = false;
                return true;
            }
        }

        int feed = bytes.IndexOf(Lines.LineFeed);
        _isAtLine = feed >= 0;
        Line += _isAtLine ? 1 : 0;
        discarded = new Cut(0, 0, feed < 0 ? bytes.Length : feed + 1);
        return false;
    }

    private Cut CutEntries(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        int entry = 0;
        int line = _line;
        int records = 0;
        while (records < maxRecords)
        {
            int feed = bytes[line..].IndexOf(Lines.LineFeed);
            int next = feed < 0 ? bytes.Length : line + feed + 1;
            int content = feed < 0 ? next - entry : Lines.ContentLength(bytes, entry, next - 1);
            if (content > maxRecordSize && (feed >= 0 || isFinal || next - entry >= (long)maxRecordSize + 2))
            {
                return entry > 0 ? Take(bytes, entry) : CutLong(bytes[..next]);
            }

            bool isLast = isFinal && next == bytes.Length;
            bool isStart = false;
            if (!isLast && (feed < 0 || next == bytes.Length || !entries.TryJudge(bytes[next..], isFinal, out isStart)))
            {
                break; // more bytes are needed
            }

            if (isLast || isStart)
            {
                if (next > maxLength)
                {
                    return entry > 0 ? Take(bytes, entry) : CutAlone(bytes, content, next);
                }

                entry = next;
                records++;
            }

            line = next;
            if (isLast)
            {
                break;
            }
        }

        return entry > 0 ? Take(bytes, entry) : Wait(line);
    }

    private Cut Wait(int line)
    {
        _line = line;
        return default;
    }

    private Cut Take(ReadOnlySpan<byte> bytes, int length)
    {
        Line += Lines.Count(bytes[..length]);
        _line = 0;
        return new Cut(0, length, 0);
    }

    /// <summary>The first entry, whose line end has no room.</summary>
    private Cut CutAlone(ReadOnlySpan<byte> bytes, int content, int next)
    {
        Line += Lines.Count(bytes[..next]);
        _line = 0;
        return new Cut(0, content, next - content);
    }

    /// <summary>The first bytes of an entry that is too long, which goes on to the end of the bytes at least; the rest is passed over line by line.</summary>
    private Cut CutLong(ReadOnlySpan<byte> bytes)
    {
        // A line end at the cut would look like the entry's own: then one byte more shows that it is too long.
        int kept = maxRecordSize + (bytes[maxRecordSize] == Lines.LineFeed ? 2 : 1);
        int consumed = Math.Min(bytes.Length, kept + 1);
        Line += Lines.Count(bytes[..consumed]);
        _isDiscarding = true;
        _isAtLine = bytes[consumed - 1] == Lines.LineFeed;
        _line = 0;
        return new Cut(0, kept, consumed - kept);
    }
}
