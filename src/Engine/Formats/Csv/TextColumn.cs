using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>A column of texts: places in the payload, and in the arena where doubled quotes had to be made single.</summary>
internal sealed class TextColumn(DecodeField field, CsvReading reading) : ColumnReader(field, reading)
{
    public override void ReadRun(in Run run)
    {
        Span<Text> values = run.Batch.Whole<Text>(Ordinal);
        ReadOnlySpan<byte> text = run.Text;
        ReadOnlySpan<int> marks = run.Marks;
        int width = run.Width;
        bool isLast = Column == width - 1 && !run.HasNoReturns;
        int mark = run.FirstMark + Column;
        if (run.HasNoQuotes && !HasNullValues && !isLast)
        {
            // Nothing to look at: a text is where its marks are.
            TextMarks.Between(marks, mark - 1, 1, width, values[run.FirstRow..run.EndRow]);
            return;
        }

        for (int row = run.FirstRow; row < run.EndRow; row++, mark += width)
        {
            int start = marks[mark - 1] + 1;
            int end = marks[mark];
            end = isLast ? WithoutReturn(text, start, end) : end;

            // The byte at the start is the delimiter of an empty field: no quote either.
            if (HasNullValues || text[start] == Quote)
            {
                ReadField(run.Batch, row, text, start, end);
                continue;
            }

            values[row] = new Text(start, end - start);
        }
    }

    public override void Clear(Batch batch, int row)
    {
        batch.Whole<Text>(Ordinal)[row] = default;
        batch.WholeValidity(Ordinal)[row >> 6] &= ~(1UL << row);
    }

    protected override void ReadField(Batch batch, int row, ReadOnlySpan<byte> text, int start, int end)
    {
        ReadOnlySpan<byte> field = text[start..end];
        if (field.IsEmpty || field[0] != Quote)
        {
            if (IsNullValue(field))
            {
                SetNull(batch, row);
            }
            else
            {
                batch.Whole<Text>(Ordinal)[row] = new Text(start, field.Length);
            }

            return;
        }

        ReadOnlySpan<byte> content = field[1..^1];
        if (FieldText.IsEscaped(content, Dialect))
        {
            Span<byte> room = batch.Arena.Reserve(content.Length);
            batch.Whole<Text>(Ordinal)[row] = batch.Arena.Commit(FieldText.Unescape(content, Dialect, room));
        }
        else
        {
            batch.Whole<Text>(Ordinal)[row] = new Text(start + 1, content.Length);
        }
    }
}
