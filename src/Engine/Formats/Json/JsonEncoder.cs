using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Writes one object a line, columns in order, nulls too, without spaces; of messages perhaps each behind the number of its schema.</summary>
internal sealed class JsonEncoder : Encoder
{
    private readonly OutputColumn[] _columns;
    private readonly int _decimals;
    private readonly bool _hasHead;
    private readonly byte[] _end;
    private readonly JsonCells? _cells; // null: keys or columns are too many or too long for them
    private readonly Action<Batch, int, OutputBuffer> _encodeRow; // made once: a lane makes nothing
    private long _replacedSequences;

    /// <param name="fields">The columns in order.</param>
    /// <param name="decimals">Digits behind a double's point; −1: as many as it takes.</param>
    /// <param name="schema">The number that stands before each row; null: none.</param>
    public JsonEncoder(IReadOnlyList<Field> fields, int decimals, int? schema = null)
    {
        NumberText.FormatFloat64(1.0 / 3, stackalloc byte[NumberText.MaxFloat64Length]); // makes its table now, not on a lane
        byte[] head = new byte[schema is null ? 0 : WireHead.Length];
        if (schema is { } id)
        {
            WireHead.Write(id, head);
        }

        _decimals = decimals;
        _hasHead = schema is not null;
        _end = fields.Count == 0 ? [.. head, .. "{}\n"u8] : [.. "}\n"u8];
        _columns = new OutputColumn[fields.Count];
        byte[][] leads = new byte[fields.Count][];
        for (int i = 0; i < _columns.Length; i++)
        {
            Field field = fields[i];
            byte[] before = i == 0 ? [.. head, (byte)'{'] : [(byte)','];
            leads[i] = [.. before, .. JsonText.Quote(field.Name), (byte)':'];
            _columns[i] = new OutputColumn(leads[i], field.Ordinal, field.Type);
        }

        _cells = JsonCells.Create(fields, leads, decimals);
        _encodeRow = EncodeRow;
    }

    public override long ReplacedSequences => _replacedSequences;

    internal override void Pass(int columns)
    {
        if (_decimals < 0 && !_hasHead)
        {
            _cells?.Pass(columns);
        }
    }

    public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output)
    {
        if (_cells is null)
        {
            foreach (int row in new Rows(rows))
            {
                EncodeRow(batch, row, output);
            }

            return;
        }

        _cells.Encode(batch, rows, output, _encodeRow);
    }

    /// <summary>Writes any row, value by value.</summary>
    private void EncodeRow(Batch batch, int row, OutputBuffer output)
    {
        output.BeginRow();
        var writer = new JsonWriter(output);
        foreach (ref readonly OutputColumn column in _columns.AsSpan())
        {
            writer.Raw(column.Lead);
            if (batch.IsNull(column.Ordinal, row))
            {
                writer.Raw("null"u8);
            }
            else
            {
                WriteValue(batch, column, row, ref writer);
            }
        }

        writer.Raw(_end);
        writer.Flush();
        output.EndRow();
    }

    private void WriteValue(Batch batch, in OutputColumn column, int row, ref JsonWriter writer)
    {
        int length;
        switch (column.Type.Kind)
        {
            case ColumnKind.Int64:
                long whole = batch.Values(new Column<long>(column.Ordinal))[row];
                length = NumberText.FormatInt64(whole, writer.Reserve(NumberText.MaxInt64Length));
                break;
            case ColumnKind.Float64:
                double number = batch.Values(new Column<double>(column.Ordinal))[row];
                length = _decimals < 0
                    ? NumberText.FormatFloat64(number, writer.Reserve(NumberText.MaxFloat64Length))
                    : NumberText.FormatFixed(number, _decimals, writer.Reserve(NumberText.MaxFixedLength));
                break;
            case ColumnKind.Decimal:
                long scaled = batch.Values(new Column<long>(column.Ordinal))[row];
                length = NumberText.FormatDecimal(scaled, column.Type.Scale, writer.Reserve(NumberText.MaxDecimalLength));
                break;
            case ColumnKind.Bool:
                bool flag = batch.Values(new Column<bool>(column.Ordinal))[row];
                length = Bools.Format(flag, writer.Reserve(Bools.MaxLength));
                break;
            case ColumnKind.Timestamp:
                Timestamp instant = batch.Values(new Column<Timestamp>(column.Ordinal))[row];
                Span<byte> room = writer.Reserve(Timestamps.MaxLength + 2);
                room[0] = (byte)'"';
                length = Timestamps.Format(instant.Microseconds, room[1..]) + 1;
                room[length++] = (byte)'"';
                break;
            default:
                Text text = batch.Values(new Column<Text>(column.Ordinal))[row];
                _replacedSequences += writer.Text(batch.Bytes(text));
                length = 0;
                break;
        }

        writer.Advance(length);
    }

    /// <param name="Lead">The key, escaped once, with what stands before and behind it.</param>
    /// <param name="Ordinal">The batch's column.</param>
    /// <param name="Type">Its type.</param>
    private readonly record struct OutputColumn(byte[] Lead, int Ordinal, ColumnType Type);
}
