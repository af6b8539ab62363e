using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>Writes rows as CSV: LF, quotes only where a delimiter, quote, CR or LF occurs, null as nothing and the empty text as two quotes.</summary>
internal sealed class CsvEncoder : Encoder
{
    // The longest value that is no text, and its delimiter.
    private const int MaxValueLength = NumberText.MaxFixedLength + 1;

    private readonly Field[] _fields;
    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly int _decimals;
    private readonly bool _hasHeader;
    private readonly bool _guardsFormulas;
    private readonly SearchValues<byte> _special;
    private readonly TimestampText[] _times; // by field: neighbours often are of one instant
    private readonly CsvCells? _cells; // null: a lone column's null is two quotes, and very many columns take more room than is given at once
    private readonly Action<Batch, int, OutputBuffer> _encodeRow; // made once: a lane makes nothing

    public CsvEncoder(CsvOptions options, IReadOnlyList<Field> fields)
    {
        _fields = [.. fields];
        _delimiter = options.Delimiter;
        _quote = options.Quote;
        _decimals = options.Decimals ?? -1;
        _hasHeader = options.HasHeader;
        _guardsFormulas = options.GuardsFormulas;
        _special = SearchValues.Create([options.Delimiter, options.Quote, Lines.CarriageReturn, Lines.LineFeed]);
        _times = [.. fields.Select(_ => new TimestampText())];
        _cells = fields.Count is > 1 and <= CsvCells.MaxColumns ? new CsvCells(fields, _delimiter, _quote, _decimals, _guardsFormulas) : null;
        _encodeRow = EncodeRow;
        NumberText.FormatFloat64(1.0 / 3, stackalloc byte[NumberText.MaxFloat64Length]); // makes its table now, not on a lane
    }

    internal override void Pass(int columns)
    {
        if (_decimals < 0 && !_guardsFormulas)
        {
            _cells?.Pass(columns);
        }
    }

    public override void Header(OutputBuffer output)
    {
        if (!_hasHeader)
        {
            return;
        }

        output.BeginRow();
        for (int i = 0; i < _fields.Length; i++)
        {
            if (i > 0)
            {
                output.Write([_delimiter]);
            }

            WriteText(Encoding.UTF8.GetBytes(_fields[i].Name), output);
        }

        output.Write("\n"u8);
        output.EndRow();
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
        Span<byte> room = output.Reserve(OutputBuffer.MaxReserve);
        int length = 0;
        for (int i = 0; i < _fields.Length; i++)
        {
            if (room.Length - length <= MaxValueLength)
            {
                output.Commit(length);
                room = output.Reserve(OutputBuffer.MaxReserve);
                length = 0;
            }

            if (i > 0)
            {
                room[length++] = _delimiter;
            }

            Field field = _fields[i];
            if (batch.IsNull(field.Ordinal, row))
            {
                length += _fields.Length == 1 ? Empty(room[length..]) : 0;
            }
            else if (field.Type.Kind != ColumnKind.Text)
            {
                length += Format(batch, field, i, row, room[length..]);
            }
            else
            {
                ReadOnlySpan<byte> text = batch.Bytes(batch.Whole<Text>(field.Ordinal)[row]);
                if (text.Length < room.Length - length && !text.IsEmpty && text.IndexOfAny(_special) < 0 && !MustGuard(text))
                {
                    text.CopyTo(room[length..]);
                    length += text.Length;
                    continue;
                }

                output.Commit(length);
                WriteText(text, output);
                room = output.Reserve(OutputBuffer.MaxReserve);
                length = 0;
            }
        }

        // One byte is always left: values take less than the room they ask for.
        room[length++] = Lines.LineFeed;
        output.Commit(length);
        output.EndRow();
    }

    private int Format(Batch batch, Field field, int index, int row, Span<byte> target)
    {
        switch (field.Type.Kind)
        {
            case ColumnKind.Int64:
                return NumberText.FormatInt64(batch.Whole<long>(field.Ordinal)[row], target);
            case ColumnKind.Decimal:
                return NumberText.FormatDecimal(batch.Whole<long>(field.Ordinal)[row], field.Type.Scale, target);
            case ColumnKind.Bool:
                return Bools.Format(batch.Whole<bool>(field.Ordinal)[row], target);
            case ColumnKind.Timestamp:
                return _times[index].Write(batch.Whole<Timestamp>(field.Ordinal)[row].Microseconds, target);
            default:
                double value = batch.Whole<double>(field.Ordinal)[row];
                return _decimals >= 0 ? NumberText.FormatFixed(value, _decimals, target) : NumberText.FormatFloat64(value, target);
        }
    }

    private int Empty(Span<byte> target)
    {
        target[0] = _quote;
        target[1] = _quote;
        return 2;
    }

    private bool MustGuard(ReadOnlySpan<byte> text) => _guardsFormulas && Formulas.IsFormula(text);

    /// <summary>A text in quotes where it needs them, with an apostrophe in front where it must not be a formula.</summary>
    private void WriteText(ReadOnlySpan<byte> text, OutputBuffer output)
    {
        ReadOnlySpan<byte> guard = MustGuard(text) ? "'"u8 : [];
        if (!text.IsEmpty && text.IndexOfAny(_special) < 0 && !(guard.Length > 0 && _quote == '\''))
        {
            output.Write(guard);
            output.Write(text);
            return;
        }

        ReadOnlySpan<byte> quote = [_quote];
        output.Write(quote);
        output.Write(guard);
        output.Write(_quote == '\'' ? guard : []); // doubled, as every quote inside quotes
        while (true)
        {
            int at = text.IndexOf(_quote);
            if (at < 0)
            {
                break;
            }

            output.Write(text[..(at + 1)]);
            output.Write(quote);
            text = text[(at + 1)..];
        }

        output.Write(text);
        output.Write(quote);
    }
}
