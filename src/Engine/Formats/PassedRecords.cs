using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Records that pass: their values stand there as they would be written, in the order of the first columns and with nothing between, so the row begins with the record as it came.</summary>
/// <remarks>Each record is looked at, the values' texts too. Where one is written otherwise, its 64 rows are encoded as any, and the next ones are not looked at for a while.</remarks>
internal sealed class PassedRecords
{
    private const int MaxPenalty = 64;

    private readonly Field[] _fields;
    private readonly RecordForm _form;
    private readonly byte[][] _before; // what stands before each value
    private readonly byte[] _end; // what stands behind the last one
    private readonly byte[] _leads;
    private readonly byte[] _leadLengths;
    private readonly int[] _starts = new int[Batch.BlockLength];
    private readonly int[] _places = new int[Batch.BlockLength];
    private readonly int[] _ends = new int[Batch.BlockLength];
    private int _count;
    private int _wait;
    private int _penalty = 1;

    private PassedRecords(Field[] fields, RecordForm form, byte[][] before, byte[] leads, byte[] leadLengths)
    {
        (_fields, _form, _before, _leads, _leadLengths) = (fields, form, before, leads, leadLengths);
        _end = form.IsJson ? [.. QuoteOf(fields[^1], form), (byte)'}'] : [];
    }

    /// <summary>How many columns the records stand for.</summary>
    public int Columns => _fields.Length;

    /// <summary>Null where there is no use in looking.</summary>
    /// <param name="fields">The columns, in order.</param>
    /// <param name="form">How records are to be written.</param>
    /// <param name="before">What stands before each value, its quote left out.</param>
    /// <param name="leads">What stands before the cells of the other columns (<see cref="PassedRows"/>).</param>
    /// <param name="leadLengths">For each of these the bytes that count.</param>
    public static PassedRecords? Create(ReadOnlySpan<Field> fields, RecordForm form, ReadOnlySpan<byte[]> before, byte[] leads, byte[] leadLengths)
    {
        byte[][] quoted = new byte[fields.Length][];
        for (int i = 0; i < fields.Length; i++)
        {
            quoted[i] = [.. QuoteOf(i == 0 ? null : fields[i - 1], form), .. before[i], .. QuoteOf(fields[i], form)];
            if (quoted[i].Length > SameText.MaxLength || fields[i].Type.Kind is not (ColumnKind.Int64 or ColumnKind.Float64 or ColumnKind.Timestamp or ColumnKind.Text))
            {
                return null;
            }
        }

        return fields.IsEmpty ? null : new PassedRecords([.. fields], form, quoted, leads, leadLengths);
    }

    /// <summary>Whether all of some rows, those of a word of the selection, pass.</summary>
    public bool Take(Batch batch, ReadOnlySpan<int> rows, int word, ulong selection)
    {
        if (batch.RecordForm != _form || _wait > 0)
        {
            _wait = Math.Max(_wait - 1, 0);
            return false;
        }

        bool pass = Pass(batch, rows, word, selection);
        (_wait, _penalty) = pass ? (0, 1) : (_penalty, Math.Min(2 * _penalty, MaxPenalty));
        return pass;
    }

    /// <summary>Joins rows from one on, as many as there is room for (<see cref="PassedRows"/>).</summary>
    public int Join(Batch batch, int first, int count, ReadOnlySpan<byte> cells, ReadOnlySpan<byte> lengths, Span<byte> room, out int length) =>
        PassedRows.Join(batch.PayloadBytes, _starts.AsSpan(first, count), _places.AsSpan(first, count), Columns, cells, lengths, _leads, _leadLengths, room, out length);

    private bool Pass(Batch batch, ReadOnlySpan<int> rows, int word, ulong selection)
    {
        _count = rows.Length;
        ReadOnlySpan<Text> records = batch.Records;
        int least = int.MaxValue;
        for (int i = 0; i < rows.Length; i++)
        {
            Text record = records[rows[i]];
            (_starts[i], _places[i], _ends[i]) = (record.Offset, record.Offset, record.Offset + record.Length);
            least = Math.Min(least, record.Offset);
        }

        for (int column = 0; column < _fields.Length; column++)
        {
            if (least < 0 || (selection & ~batch.Validity(_fields[column].Ordinal)[word]) != 0 || !Look(batch, rows, column))
            {
                return false;
            }
        }

        return AreWhole(batch.PayloadBytes);
    }

    private bool Look(Batch batch, ReadOnlySpan<int> rows, int column)
    {
        Field field = _fields[column];
        var texts = new PassedTexts(batch.PayloadBytes, _places.AsSpan(0, _count), _ends.AsSpan(0, _count), _before[column]);
        switch (field.Type.Kind)
        {
            case ColumnKind.Int64:
                return SameText.Integers(texts);
            case ColumnKind.Float64:
                return SameText.Doubles(texts);
            case ColumnKind.Timestamp:
                return SameText.Times(texts);
            default:
                return SameText.Texts(texts, batch.WholeTexts(field.Ordinal), rows, _form.Delimiter, _form.Quote);
        }
    }

    /// <summary>Whether nothing comes behind the values but what ends a record.</summary>
    private bool AreWhole(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> end = _end;
        int quote = end.Length > 1 ? 1 : 0;
        for (int i = 0; i < _count; i++)
        {
            if (!text[_places[i].._ends[i]].SequenceEqual(end))
            {
                return false;
            }

            _places[i] += quote;
        }

        return true;
    }

    /// <summary>What is before and behind the values of a column.</summary>
    private static byte[] QuoteOf(Field? field, RecordForm form) => form.IsJson && field?.Type.Kind is (ColumnKind.Timestamp or ColumnKind.Text) ? [(byte)'"'] : [];
}
