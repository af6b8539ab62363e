using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>A column of numbers, bools or timestamps.</summary>
internal sealed class ValueColumn<TParser, T>(DecodeField field, CsvReading reading, TParser parser) : ColumnReader(field, reading)
    where TParser : struct, IValueParser<T>
    where T : unmanaged
{
    public override void ReadRun(in Run run)
    {
        Span<T> values = run.Batch.Whole<T>(Ordinal);
        ReadOnlySpan<byte> text = run.Text;
        ReadOnlySpan<int> marks = run.Marks;
        int width = run.Width;
        bool isLast = Column == width - 1;
        int mark = run.FirstMark + Column;
        for (int row = run.FirstRow; row < run.EndRow; row++, mark += width)
        {
            int start = marks[mark - 1] + 1;
            int end = marks[mark];
            end = isLast ? WithoutReturn(text, start, end) : end;

            // A quote is no part of any value, so quoted fields fail here and are looked at again.
            if (HasNullValues || parser.Parse(text[start..end], out values[row]) != FieldStatus.Value)
            {
                ReadField(run.Batch, row, text, start, end);
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
            if (content.Contains(Quote))
            {
                // Reserved, not committed: the next text may lie there.
                Span<byte> room = batch.Arena.Reserve(content.Length);
                content = room[..FieldText.Unescape(content, Quote, room)];
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
