using System;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>Records in a row, all plain and as wide as the header: what a column reads in one loop.</summary>
internal readonly ref struct Run
{
    public required Batch Batch { get; init; }

    public required ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Positions of delimiters and line ends.</summary>
    public required ReadOnlySpan<int> Marks { get; init; }

    /// <summary>The mark that ends the first record's first field.</summary>
    public required int FirstMark { get; init; }

    /// <summary>Fields of a record.</summary>
    public required int Width { get; init; }

    /// <summary>The batch's row of the first record.</summary>
    public required int FirstRow { get; init; }

    public required int EndRow { get; init; }

    /// <summary>There is no quote in any of the records.</summary>
    public required bool HasNoQuotes { get; init; }

    /// <summary>There is no CR in any of the records: a last field ends like the others.</summary>
    public required bool HasNoReturns { get; init; }
}

/// <summary>Reads one needed field of every record into its column. One per decoder.</summary>
internal abstract class ColumnReader
{
    private readonly byte[][] _nullValues;

    protected ColumnReader(DecodeField field, CsvReading reading)
    {
        Field = field;
        Dialect = reading.Dialect;
        Quote = reading.Options.Quote;
        _nullValues = [.. reading.Options.NullValues.Concat(field.NullValues).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
    }

    public DecodeField Field { get; }

    public int Ordinal => Field.Ordinal;

    /// <summary>The column of the file, from 0.</summary>
    public int Column { get; private set; }

    protected Dialect Dialect { get; }

    protected byte Quote { get; }

    protected bool HasNullValues => _nullValues.Length > 0;

    /// <summary>A file of another layout begins.</summary>
    public virtual void SetColumns(ReadOnlySpan<int> columns) => Column = columns[0];

    /// <summary>Reads the field of many records.</summary>
    public abstract void ReadRun(in Run run);

    /// <summary>Reads the field of one record whose fields were found one by one.</summary>
    public virtual void ReadRecord(Batch batch, int row, ReadOnlySpan<byte> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
    {
        if (Column < starts.Length)
        {
            ReadField(batch, row, text, starts[Column], ends[Column]);
        }
        else
        {
            SetNull(batch, row);
        }
    }

    /// <summary>Makes the value of a record that is dead already one that nobody stumbles over.</summary>
    public abstract void Clear(Batch batch, int row);

    /// <summary>Reads one field, from its quote to behind its quote where it has them.</summary>
    protected abstract void ReadField(Batch batch, int row, ReadOnlySpan<byte> text, int start, int end);

    protected void SetNull(Batch batch, int row)
    {
        Clear(batch, row);
        if (!Field.Nullable)
        {
            batch.Kill(row, DeadReason.NullField, Ordinal);
        }
    }

    protected void Settle(Batch batch, int row, FieldStatus status)
    {
        switch (status)
        {
            case FieldStatus.Value:
                break;
            case FieldStatus.Null:
                SetNull(batch, row);
                break;
            default:
                Clear(batch, row);
                batch.Kill(row, ReasonOf(status), Ordinal);
                break;
        }
    }

    protected bool IsNullValue(ReadOnlySpan<byte> text)
    {
        foreach (byte[] value in _nullValues)
        {
            if (text.SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The end of a field that a mark ends: a record's last one may have a CR before it.</summary>
    protected static int WithoutReturn(ReadOnlySpan<byte> text, int start, int end) => end > start && text[end - 1] == Lines.CarriageReturn ? end - 1 : end;

    private static DeadReason ReasonOf(FieldStatus status) => status switch
    {
        FieldStatus.OutOfRange => DeadReason.OutOfRange,
        FieldStatus.BadBool => DeadReason.BadBool,
        FieldStatus.BadTimestamp => DeadReason.BadTimestamp,
        _ => DeadReason.BadNumber,
    };
}
