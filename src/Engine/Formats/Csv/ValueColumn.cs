using System;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>A column of numbers, bools or timestamps.</summary>
internal sealed class ValueColumn<TParser, T>(DecodeField field, CsvReading reading, TParser parser) : ColumnReader(field, reading)
    where TParser : struct, IValueParser<T>
    where T : unmanaged
{
    // A null value that is a value by itself, such as -999: every field must be compared with the null values before it is read.
    private readonly bool _hasValueForNull = field.NullValues.Concat(reading.Options.NullValues).Any(text => parser.Parse(Encoding.UTF8.GetBytes(text), out _) == FieldStatus.Value);

    public override void ReadRun(in Run run)
    {
        bool isLast = Column == run.Width - 1 && !run.HasNoReturns;
        int row = run.FirstRow;
        int mark = run.FirstMark + Column;
        while (row < run.EndRow)
        {
            if (!_hasValueForNull)
            {
                var fields = new FieldRun(run.Text, run.Marks, mark, run.Width, run.EndRow - row, isLast);
                int read = parser.ParseRun(fields, run.Batch.Whole<T>(Ordinal)[row..run.EndRow]);
                row += read;
                mark += read * run.Width;
            }

            // A quote is no part of any value, so quoted fields stop the loop above and are looked at again.
            if (row < run.EndRow)
            {
                int start = run.Marks[mark - 1] + 1;
                int end = run.Marks[mark];
                ReadField(run.Batch, row, run.Text, start, isLast ? WithoutReturn(run.Text, start, end) : end);
                row++;
                mark += run.Width;
            }
        }
    }

    public override void Clear(Batch batch, int row)
    {
        batch.Whole<T>(Ordinal)[row] = default;
        batch.WholeValidity(Ordinal)[row >> 6] &= ~(1UL << row);
    }

    protected override void ReadField(Batch batch, int row, ReadOnlySpan<byte> text, int start, int end)
    {
        ReadOnlySpan<byte> field = text[start..end];
        if (!field.IsEmpty && field[0] == Quote)
        {
            ReadOnlySpan<byte> content = field[1..^1];
            if (FieldText.IsEscaped(content, Dialect))
            {
                // Reserved, not committed: the next text may lie there.
                Span<byte> room = batch.Arena.Reserve(content.Length);
                content = room[..FieldText.Unescape(content, Dialect, room)];
            }

            field = content;
        }

        FieldStatus status = FieldStatus.Null;
        if (!IsNullValue(field))
        {
            status = parser.Parse(field, out batch.Whole<T>(Ordinal)[row]);
        }

        Settle(batch, row, status);
    }
}
