using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>A timestamp whose text is several columns joined with a space. Null where all of them are; a missing one among others is empty.</summary>
internal sealed class JoinedTimestampColumn(DecodeField field, CsvReading reading) : ColumnReader(field, reading)
{
    private readonly TimestampParser _parser = new(field.TimeFormats, field.TimeZone);
    private int[] _columns = [];

    public override void SetColumns(ReadOnlySpan<int> columns) => _columns = columns.ToArray();

    public override void ReadRun(in Run run)
    {
        int mark = run.FirstMark;
        for (int row = run.FirstRow; row < run.EndRow; row++, mark += run.Width)
        {
            Span<byte> joined = Reserve(run.Batch, run.Marks[mark + run.Width - 1] - run.Marks[mark - 1]);
            int length = 0;
            bool isNull = true;
            for (int i = 0; i < _columns.Length; i++)
            {
                int at = mark + _columns[i];
                int start = run.Marks[at - 1] + 1;
                int end = run.Marks[at];
                end = _columns[i] == run.Width - 1 ? WithoutReturn(run.Text, start, end) : end;
                isNull &= !Append(run.Text[start..end], i, joined, ref length);
            }

            Read(run.Batch, row, joined[..length], isNull);
        }
    }

    public override void ReadRecord(Batch batch, int row, ReadOnlySpan<byte> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
    {
        Span<byte> joined = Reserve(batch, starts.IsEmpty ? 0 : ends[^1] - starts[0]);
        int length = 0;
        bool isNull = true;
        for (int i = 0; i < _columns.Length; i++)
        {
            int column = _columns[i];
            ReadOnlySpan<byte> part = column < starts.Length ? text[starts[column]..ends[column]] : [];
            isNull &= !Append(part, i, joined, ref length);
        }

        Read(batch, row, joined[..length], isNull);
    }

    public override void Clear(Batch batch, int row)
    {
        batch.Whole<Timestamp>(Ordinal)[row] = default;
        batch.WholeValidity(Ordinal)[row >> 6] &= ~(1UL << row);
    }

    protected override void ReadField(Batch batch, int row, ReadOnlySpan<byte> text, int start, int end) => SetNull(batch, row);

    // A column may be named more than once; every part comes with a space.
    private Span<byte> Reserve(Batch batch, int record) => batch.Arena.Reserve((record + 1) * _columns.Length);

    /// <summary>Adds a part; false where it is null.</summary>
    private bool Append(ReadOnlySpan<byte> part, int index, Span<byte> joined, ref int length)
    {
        if (index > 0)
        {
            joined[length++] = (byte)' ';
        }

        int start = length;
        if (!part.IsEmpty && part[0] == Quote)
        {
            length += FieldText.Unescape(part[1..^1], Dialect, joined[length..]);
        }
        else
        {
            part.CopyTo(joined[length..]);
            length += part.Length;
        }

        if (length == start || IsNullValue(joined[start..length]))
        {
            length = start;
            return false;
        }

        return true;
    }

    private void Read(Batch batch, int row, ReadOnlySpan<byte> joined, bool isNull)
    {
        FieldStatus status = FieldStatus.Null;
        if (!isNull)
        {
            status = _parser.TryParse(joined, out long micros) ? FieldStatus.Value : FieldStatus.BadTimestamp;
            batch.Whole<Timestamp>(Ordinal)[row] = new Timestamp(micros);
        }

        Settle(batch, row, status);
    }
}
