using System;
using System.Collections.Generic;
using DataStream.Flow;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>Cuts CSV into whole records: plain ones by masks, the others one by one.</summary>
/// <remarks>
/// What belongs to no record (mark, skipped lines, header) is skipped by calls of their own, so that <see cref="RecordCutter.Line"/> before a call that returns records is
/// the line of the first one. Blank lines and comments travel with the records; decoders pass over them.
/// </remarks>
internal sealed class CsvCutter : RecordCutter
{
    private readonly CsvReading _reading;
    private readonly Dialect _dialect;
    private readonly FileStart _start;
    private readonly HeaderSearch? _search;
    private string _source = "";
    private State _state;
    private long _linesToSkip;
    private bool _isDiscarding; // the rest of a line that is no record, or of a record that is too long
    private int _scanned; // bytes at the front that hold no whole record and no LF

    public CsvCutter(CsvReading reading)
    {
        _reading = reading;
        _dialect = reading.Dialect;
        _start = new FileStart(reading.Plan.MaxRecordSize);
        _search = reading.Options.FindsHeader ? new HeaderSearch(reading) : null;
    }

    private enum State
    {
        Start,
        SkipLines,
        Header,
        SkipAfterHeader,
        Records,
    }

    public override void Begin(string source)
    {
        _source = source;
        _state = State.Start;
        _isDiscarding = false;
        _scanned = 0;
        Line = 1;
        _start.Begin(source);
        _search?.Begin(source);
    }

    public override void End()
    {
        if (_state == State.Header)
        {
            _search?.End();
        }
    }

    public override Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        if (_state == State.Start)
        {
            if (!_start.TryPass(bytes, isFinal, out int mark))
            {
                return default;
            }

            Enter(State.SkipLines);
            if (mark > 0)
            {
                return new Cut(mark, 0, 0);
            }
        }

        if (bytes.IsEmpty)
        {
            return default;
        }

        if (_isDiscarding || _state is State.SkipLines or State.SkipAfterHeader)
        {
            return SkipLine(bytes);
        }

        return _state == State.Header ? ReadHeader(bytes, isFinal) : CutRecords(bytes, isFinal, maxRecords, maxLength);
    }

    private void Enter(State state)
    {
        _linesToSkip = state == State.SkipLines ? _reading.Options.SkipLines : _reading.Options.SkipAfterHeader;
        _state = state switch
        {
            State.SkipLines when _linesToSkip == 0 => _reading.Options.HasHeader ? State.Header : State.Records,
            State.SkipAfterHeader when _linesToSkip == 0 => State.Records,
            _ => state,
        };
        _scanned = 0;
    }

    private Cut SkipLine(ReadOnlySpan<byte> bytes)
    {
        int feed = bytes.IndexOf(Lines.LineFeed);
        if (feed < 0)
        {
            return new Cut(bytes.Length, 0, 0);
        }

        Line++;
        if (_isDiscarding)
        {
            _isDiscarding = false;
        }
        else if (--_linesToSkip == 0)
        {
            _state = _state == State.SkipLines && _reading.Options.HasHeader ? State.Header : State.Records;
        }

        return new Cut(feed + 1, 0, 0);
    }

    private Cut ReadHeader(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        if (!MayHold(bytes, isFinal) || !TryScan(bytes, isFinal, [], [], out ScannedRecord record))
        {
            return default;
        }

        if (record.IsComment || record.Content == 0)
        {
            return SkipRecord(bytes, record);
        }

        if (_search is not null)
        {
            return Find(bytes, isFinal, record, _search);
        }

        if (record.Fault != RecordFault.None)
        {
            string fault = record.Fault == RecordFault.TooLong ? "is longer than performance_tuning.max_record_size" : "has a quote that is not closed, or bytes behind a closing one";
            throw new StopException(ExitCode.BadData, string.Create(null, $"{_source}:{Line}: the header {fault}"));
        }

        return TakeHeader(bytes, record, Fields(bytes, isFinal, record));
    }

    /// <summary>Takes the record as the header where it has all names; otherwise its first line is passed over.</summary>
    private Cut Find(ReadOnlySpan<byte> bytes, bool isFinal, in ScannedRecord record, HeaderSearch search)
    {
        List<byte[]>? fields = record.Fault == RecordFault.None && record.Fields >= _reading.Names.Count ? Fields(bytes, isFinal, record) : null;
        if (search.IsHeader(fields, Line))
        {
            return TakeHeader(bytes, record, fields!);
        }

        _isDiscarding = true;
        _scanned = 0;
        return SkipLine(bytes);
    }

    private Cut TakeHeader(ReadOnlySpan<byte> bytes, in ScannedRecord record, List<byte[]> names)
    {
        Header = _reading.Register(names, _source, Line);
        Enter(State.SkipAfterHeader);
        return SkipRecord(bytes, record);
    }

    private List<byte[]> Fields(ReadOnlySpan<byte> bytes, bool isFinal, in ScannedRecord record)
    {
        int[] starts = new int[record.Fields];
        int[] ends = new int[record.Fields];
        _ = TryScan(bytes, isFinal, starts, ends, out _);
        var fields = new List<byte[]>(record.Fields);
        for (int i = 0; i < record.Fields; i++)
        {
            fields.Add(FieldText.Unquoted(bytes[starts[i]..ends[i]], _dialect));
        }

        return fields;
    }

    private Cut SkipRecord(ReadOnlySpan<byte> bytes, in ScannedRecord record)
    {
        Line += Lines.CountScalar(bytes[..record.Length]);
        _isDiscarding = record.IsLong && !record.IsClosed;
        _scanned = 0;
        return new Cut(record.Length, 0, 0);
    }

    private Cut CutRecords(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        if (!MayHold(bytes, isFinal))
        {
            return default;
        }

        ReadOnlySpan<byte> room = bytes[..Math.Min(bytes.Length, maxLength)];
        int length = 0;
        bool isPlain = true; // what was taken are plain records without quotes: as many as it has lines
        int records = 0;
        for (; records < maxRecords; records++)
        {
            length += PlainRecords.Take(Plain(room[length..]), maxRecords - records, _dialect, out int plain, out bool hasQuotes);
            records += plain;
            isPlain &= !hasQuotes;
            if (records == maxRecords || !TryScan(bytes[length..], isFinal, [], [], out ScannedRecord record))
            {
                break;
            }

            if (!record.IsLong && record.Length <= room.Length - length)
            {
                length += record.Length;
                isPlain = false;
                continue;
            }

            // Alone in a cut: a record that loses something behind it.
            return length > 0 ? Take(bytes, length, isPlain ? records : -1) : CutAlone(bytes, record);
        }

        return Take(bytes, length, isPlain ? records : -1);
    }

    /// <summary>What the kernels may look at: they do not know escapes inside quotes.</summary>
    private ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> text) =>
        _dialect.Escape >= 0 && text.IndexOf(_dialect.Quote) is >= 0 and var quote ? text[..quote] : text;

    private Cut Take(ReadOnlySpan<byte> bytes, int length, int lines)
    {
        if (length > 0)
        {
            Line += lines >= 0 ? lines : Lines.Count(bytes[..length]);
            _scanned = 0;
        }

        return new Cut(0, length, 0);
    }

    /// <summary>A record that is too long, or that has room only without its line end.</summary>
    private Cut CutAlone(ReadOnlySpan<byte> bytes, in ScannedRecord record)
    {
        if (record.IsComment)
        {
            return SkipRecord(bytes, record);
        }

        Line += Lines.Count(bytes[..record.Length]);
        _isDiscarding = record.IsLong && !record.IsClosed;
        _scanned = 0;
        return new Cut(0, record.Content, record.Length - record.Content);
    }

    /// <summary>Whether a record may have become whole since the last try: a line end came, or enough bytes to do without.</summary>
    private bool MayHold(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        int known = Math.Min(_scanned, bytes.Length);
        if (known == 0 || isFinal || bytes.Length >= _dialect.MaxRecordSize + 2L || bytes[known..].Contains(Lines.LineFeed))
        {
            return true;
        }

        _scanned = bytes.Length;
        return false;
    }

    private bool TryScan(ReadOnlySpan<byte> bytes, bool isFinal, Span<int> starts, Span<int> ends, out ScannedRecord record)
    {
        bool isWhole = RecordScanner.TryScan(bytes, isFinal, _dialect, starts, ends, allowExtra: true, out record);
        _scanned = bytes.Length;
        return isWhole;
    }
}
