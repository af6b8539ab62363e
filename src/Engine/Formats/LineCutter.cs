using System;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Cuts at line ends: every line is a record, blank ones included (decoders pass over them). For text and JSON lines.</summary>
/// <remarks>
/// What belongs to no record is skipped by a call of its own, so that <see cref="RecordCutter.Line"/> before a call that returns records is the line of the first one.
/// Only the end of the file leaves a record without a line end, and a record whose line end no longer fits into <c>maxLength</c>.
/// </remarks>
public sealed class LineCutter : RecordCutter
{
    private readonly int _maxRecordSize;
    private readonly FileStart _start;
    private bool _isAtStart = true;
    private bool _isDiscarding;
    private int _scanned; // bytes at the front known to hold no LF

    public LineCutter(int maxRecordSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecordSize, 1);
        _maxRecordSize = maxRecordSize;
        _start = new FileStart(maxRecordSize);
    }

    public override void Begin(string source)
    {
        Line = 1;
        _isAtStart = true;
        _isDiscarding = false;
        _scanned = 0;
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

        if (_isDiscarding)
        {
            return new Cut(0, 0, DiscardLine(bytes));
        }

        ReadOnlySpan<byte> room = bytes[..Math.Min(bytes.Length, maxLength)];
        int length = Lines.Take(room, maxRecords, _maxRecordSize, out int lines);
        if (length > 0)
        {
            Line += lines;
            _scanned = 0;
            return new Cut(0, length, 0);
        }

        return CutOne(bytes, isFinal, maxLength);
    }

    /// <summary>The first line alone: not whole yet, the file's last, too long, or without room for its line end.</summary>
    private Cut CutOne(ReadOnlySpan<byte> bytes, bool isFinal, int maxLength)
    {
        int known = Math.Min(_scanned, bytes.Length);
        int feed = bytes[known..].IndexOf(Lines.LineFeed);
        if (feed >= 0)
        {
            feed += known;
            int content = Lines.ContentLength(bytes, 0, feed);
            Line++;
            _scanned = 0;
            int kept = Math.Min(content, _maxRecordSize + 1);
            return feed < maxLength && content == kept && content <= _maxRecordSize ? new Cut(0, feed + 1, 0) : new Cut(0, kept, feed + 1 - kept);
        }

        _scanned = bytes.Length;
        if (bytes.Length >= (long)_maxRecordSize + 2 || (isFinal && bytes.Length > _maxRecordSize))
        {
            _isDiscarding = true;
            _scanned = 0;
            return new Cut(0, _maxRecordSize + 1, bytes.Length - _maxRecordSize - 1);
        }

        return isFinal ? new Cut(0, bytes.Length, 0) : default;
    }

    private int DiscardLine(ReadOnlySpan<byte> bytes)
    {
        int feed = bytes.IndexOf(Lines.LineFeed);
        if (feed < 0)
        {
            return bytes.Length;
        }

        _isDiscarding = false;
        Line++;
        return feed + 1;
    }
}
