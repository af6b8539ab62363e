using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>Decodes CSV column by column: masks find the plain records of a stretch, then each needed column reads its fields in one loop.</summary>
/// <remarks>Records that are not plain, or not as wide as the header, are read one by one, with the same result.</remarks>
internal sealed class CsvDecoder : Decoder
{
    // A stretch's text and marks stay in the second cache while the columns read it.
    private const int MarksAtOnce = 4096;

    // Of even records, about 11 KB of sensor records: in the first cache; but not so few of wide ones that the calls count.
    private const int EvenMarks = 1024;
    private const int MinEvenRecords = 64;

    // Fewer even records in a row than these are not worth a look for them.
    private const int EnoughRecords = 32;
    private const int MaxPenalty = 1024;

    private readonly CsvReading _reading;
    private readonly DecodePlan _plan;
    private readonly Dialect _dialect;
    private readonly int[] _fields; // the places, among the schema's fields, of those that are read
    private readonly ColumnReader[] _columns;
    private readonly int[] _marks = new int[MarksAtOnce];
    private int[] _rowEnds = [];
    private int[] _starts = [];
    private int[] _ends = [];
    private int _header = -1;
    private int _width;
    private RecordForm _form;
    private int _wait; // stretches to read without looking for even records first
    private int _penalty = 1;

    public CsvDecoder(CsvReading reading, DecodePlan plan)
    {
        _reading = reading;
        _plan = plan;
        _dialect = reading.Dialect;
        _fields = [.. CsvReading.Needed(plan)];
        _columns = new ColumnReader[_fields.Length];
        CsvOptions options = reading.Options;
        NumberSigns? signs = options.DecimalSign == '.' && options.Thousands is null ? null : new NumberSigns(options.DecimalSign, options.Thousands, plan.MaxRecordSize);
        for (int i = 0; i < _columns.Length; i++)
        {
            _columns[i] = CreateColumn(plan.Fields[_fields[i]], reading, signs);
        }
    }

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        Use(payload.Header, batch);
        batch.Attach(payload);
        batch.RecordForm = _form;
        batch.SetCount(batch.Capacity);
        foreach (ColumnReader column in _columns)
        {
            batch.WholeValidity(column.Ordinal).Fill(ulong.MaxValue);
        }

        ReadOnlySpan<byte> text = payload.Bytes;
        int row = 0;
        while (offset < text.Length && row < batch.Capacity)
        {
            if (TryReadEven(batch, text, ref offset, ref row))
            {
                continue;
            }

            int records = Separators.Index(_dialect.Escape < 0 ? text : text[..(offset + WithoutQuotes(text[offset..]))], offset, _dialect, _marks, _rowEnds.AsSpan(0, Math.Min(_rowEnds.Length, batch.Capacity - row)));
            if (records > 0)
            {
                ReadStretch(batch, text, records, ref row);
                offset = _marks[_rowEnds[records - 1]] + 1;
            }
            else
            {
                offset = ReadRecord(batch, text, offset, ref row);
            }
        }

        batch.Truncate(row);
        return offset;
    }

    /// <summary>How many bytes at the front have no quotes: the kernels do not know escapes inside them.</summary>
    private int WithoutQuotes(ReadOnlySpan<byte> text) => text.IndexOf(_dialect.Quote) is >= 0 and var quote ? quote : text.Length;

    /// <summary>Reads the records of a stretch that have no quotes and are as wide as the header: what most text is.</summary>
    /// <returns>False where none begins here; text that is often so is not asked each time.</returns>
    private bool TryReadEven(Batch batch, ReadOnlySpan<byte> text, ref int offset, ref int row)
    {
        if (_wait > 0 || _width < 2)
        {
            _wait = Math.Max(_wait - 1, 0);
            return false;
        }

        int most = Math.Min(batch.Capacity - row, Math.Max(MinEvenRecords, EvenMarks / _width));
        int records = EvenRecords.Index(text, offset, _dialect, _width, most, _marks, out bool hasReturns);
        if (records > 0)
        {
            ReadRun(batch, text, 1, row, row + records, hasNoQuotes: true, hasNoReturns: !hasReturns);
            row += records;
            offset = _marks[records * _width] + 1;
        }

        if (records >= Math.Min(most, EnoughRecords) || offset == text.Length)
        {
            _penalty = 1;
        }
        else
        {
            _wait = _penalty;
            _penalty = Math.Min(2 * _penalty, MaxPenalty);
        }

        return records > 0;
    }

    /// <summary>Reads the plain records of a stretch: as runs where they are as wide as the header.</summary>
    private void ReadStretch(Batch batch, ReadOnlySpan<byte> text, int records, ref int row)
    {
        int mark = 1; // the end of the next record's first field
        int record = 0;
        while (record < records)
        {
            int first = record;
            int next = mark;
            while (record < records && _rowEnds[record] - next + 1 == _width && !(_width == 1 && IsBlank(text, next)))
            {
                next = _rowEnds[record++] + 1;
            }

            if (record > first)
            {
                ReadRun(batch, text, mark, row, row + record - first, hasNoQuotes: false, hasNoReturns: false);
                row += record - first;
            }
            else if (_rowEnds[record] > mark || !IsBlank(text, mark))
            {
                ReadRecord(batch, text, _marks[mark - 1] + 1, ref row);
                next = _rowEnds[record++] + 1;
            }
            else
            {
                next = _rowEnds[record++] + 1;
            }

            mark = next;
        }
    }

    /// <summary>Whether a record of one field has no bytes.</summary>
    private bool IsBlank(ReadOnlySpan<byte> text, int mark) => Lines.ContentLength(text, _marks[mark - 1] + 1, _marks[mark]) == 0;

    private void ReadRun(Batch batch, ReadOnlySpan<byte> text, int mark, int row, int end, bool hasNoQuotes, bool hasNoReturns)
    {
        if (_reading.Plan.KeepRecords)
        {
            Span<Text> records = batch.WholeRecords[row..end];
            if (hasNoReturns)
            {
                TextMarks.Between(_marks, mark - 1, _width, _width, records);
            }
            else
            {
                for (int i = 0, at = mark; i < records.Length; i++, at += _width)
                {
                    int start = _marks[at - 1] + 1;
                    records[i] = new Text(start, Lines.ContentLength(text, start, _marks[at + _width - 1]));
                }
            }
        }

        var run = new Run { Batch = batch, Text = text, Marks = _marks, FirstMark = mark, Width = _width, FirstRow = row, EndRow = end, HasNoQuotes = hasNoQuotes, HasNoReturns = hasNoReturns };
        foreach (ColumnReader column in _columns)
        {
            column.ReadRun(run);
        }
    }

    /// <summary>Reads one record byte by byte.</summary>
    /// <returns>Where the next one begins.</returns>
    private int ReadRecord(Batch batch, ReadOnlySpan<byte> text, int offset, ref int row)
    {
        ReadOnlySpan<byte> rest = text[offset..];
        Span<int> starts = _starts.AsSpan(0, _width);
        Span<int> ends = _ends.AsSpan(0, _width);
        _ = RecordScanner.TryScan(rest, isFinal: true, _dialect, starts, ends, _reading.Options.IgnoresExtraFields, out ScannedRecord record);

        // A cutter leaves of a record that is too long one byte more than allowed.
        int next = offset + (record.IsLong ? record.Content : record.Length);
        if (record.IsComment || record.Content == 0)
        {
            return next;
        }

        if (_reading.Plan.KeepRecords)
        {
            batch.WholeRecords[row] = new Text(offset, Math.Min(record.Content, _dialect.MaxRecordSize));
        }

        if (record.Fault != RecordFault.None)
        {
            foreach (ColumnReader column in _columns)
            {
                column.Clear(batch, row);
            }

            batch.Kill(row, ReasonOf(record.Fault));
        }
        else
        {
            int fields = Math.Min(record.Fields, _width);
            for (int i = 0; i < fields; i++)
            {
                starts[i] += offset;
                ends[i] += offset;
            }

            foreach (ColumnReader column in _columns)
            {
                column.ReadRecord(batch, row, text, starts[..fields], ends[..fields]);
            }
        }

        row++;
        return next;
    }

    private static DeadReason ReasonOf(RecordFault fault) => fault switch
    {
        RecordFault.BadQuote => DeadReason.BadQuote,
        RecordFault.TooManyFields => DeadReason.TooManyFields,
        _ => DeadReason.RecordTooLong,
    };

    /// <summary>Turns to the header of a payload, and makes what its records need.</summary>
    private void Use(int header, Batch batch)
    {
        if (_rowEnds.Length < batch.Capacity)
        {
            _rowEnds = new int[batch.Capacity];
        }

        if (header == _header)
        {
            return;
        }

        HeaderMap map = _reading.Map(header);
        for (int i = 0; i < _columns.Length; i++)
        {
            _columns[i].SetColumns(map.Columns[_fields[i]]);
        }

        if (_starts.Length < map.Width)
        {
            _starts = new int[map.Width];
            _ends = new int[map.Width];
        }

        _width = map.Width;
        _header = header;
        _form = IsPlain(map) ? new RecordForm(false, _dialect.Delimiter, _dialect.Quote) : default;
    }

    /// <summary>Whether a record is the schema's fields in their order, and each of them what stands there.</summary>
    private bool IsPlain(HeaderMap map)
    {
        CsvOptions options = _reading.Options;
        bool isPlain = _plan.IsPlain && map.Width == _plan.Fields.Count && options is { Escape: null, DecimalSign: (byte)'.', Thousands: null, IgnoresExtraFields: false };
        for (int field = 0; field < map.Width && isPlain; field++)
        {
            isPlain = map.Columns[field] is [int column] && column == field;
        }

        return isPlain;
    }

    private static ColumnReader CreateColumn(DecodeField field, CsvReading reading, NumberSigns? signs)
    {
        if (field.Sources.Count > 1)
        {
            return new JoinedTimestampColumn(field, reading);
        }

        bool isPlainTime = field.TimeFormats.Count == 0 && field.TimeZone is null;
        return field.Type.Kind switch
        {
            ColumnKind.Int64 when signs is not null => new ValueColumn<SignedParser<Int64Parser, long>, long>(field, reading, new(default, signs)),
            ColumnKind.Float64 when signs is not null => new ValueColumn<SignedParser<Float64Parser, double>, double>(field, reading, new(default, signs)),
            ColumnKind.Decimal when signs is not null => new ValueColumn<SignedParser<DecimalParser, long>, long>(field, reading, new(new DecimalParser(field.Type.Scale), signs)),
            ColumnKind.Int64 => new ValueColumn<Int64Parser, long>(field, reading, default),
            ColumnKind.Float64 => new ValueColumn<Float64Parser, double>(field, reading, default),
            ColumnKind.Decimal => new ValueColumn<DecimalParser, long>(field, reading, new DecimalParser(field.Type.Scale)),
            ColumnKind.Bool => new ValueColumn<BoolParser, bool>(field, reading, default),
            ColumnKind.Timestamp when isPlainTime => new ValueColumn<PlainTimestampParser, long>(field, reading, default),
            ColumnKind.Timestamp => new ValueColumn<TimestampFieldParser, long>(field, reading, new TimestampFieldParser(new TimestampParser(field.TimeFormats, field.TimeZone))),
            _ => new TextColumn(field, reading),
        };
    }
}
