using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Table;

/// <summary>Writes a table's cells, separated but not laid out: see <see cref="TableFormat"/>.</summary>
internal sealed class TableEncoder(IReadOnlyList<Field> fields, int decimals) : Encoder
{
    private const int MaxCodePoint = 6;
    private readonly Field[] _fields = [.. fields];
    private long _replacedSequences;

    public override long ReplacedSequences => _replacedSequences;

    public override void Header(OutputBuffer output)
    {
        for (int i = 0; i < _fields.Length; i++)
        {
            StartCell(output, i);
            output.Write(_fields[i].Type.IsNumber ? ">"u8 : "<"u8);
            WriteText(Encoding.UTF8.GetBytes(_fields[i].Name), output);
        }

        output.Write("\n"u8);
    }

    public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output)
    {
        foreach (int row in new Rows(rows))
        {
            output.BeginRow();
            for (int i = 0; i < _fields.Length; i++)
            {
                StartCell(output, i);
                if (batch.IsNull(_fields[i].Ordinal, row))
                {
                    output.Write("NULL"u8);
                }
                else
                {
                    WriteValue(batch, _fields[i], row, output);
                }
            }

            output.Write("\n"u8);
            output.EndRow();
        }
    }

    private static void StartCell(OutputBuffer output, int column)
    {
        if (column > 0)
        {
            output.Write([TableFormat.Separator]);
        }
    }

    private void WriteValue(Batch batch, Field field, int row, OutputBuffer output)
    {
        Span<byte> room;
        switch (field.Type.Kind)
        {
            case ColumnKind.Int64:
                room = output.Reserve(NumberText.MaxInt64Length);
                output.Commit(NumberText.FormatInt64(batch.Values(new Column<long>(field.Ordinal))[row], room));
                break;
            case ColumnKind.Float64:
                double number = batch.Values(new Column<double>(field.Ordinal))[row];
                room = output.Reserve(NumberText.MaxFixedLength);
                output.Commit(decimals < 0 ? NumberText.FormatFloat64(number, room) : NumberText.FormatFixed(number, decimals, room));
                break;
            case ColumnKind.Decimal:
                room = output.Reserve(NumberText.MaxDecimalLength);
                output.Commit(NumberText.FormatDecimal(batch.Values(new Column<long>(field.Ordinal))[row], field.Type.Scale, room));
                break;
            case ColumnKind.Bool:
                room = output.Reserve(Bools.MaxLength);
                output.Commit(Bools.Format(batch.Values(new Column<bool>(field.Ordinal))[row], room));
                break;
            case ColumnKind.Timestamp:
                room = output.Reserve(Timestamps.MaxLength);
                output.Commit(Timestamps.Format(batch.Values(new Column<Timestamp>(field.Ordinal))[row].Microseconds, room));
                break;
            default:
                WriteText(batch.Bytes(batch.Values(new Column<Text>(field.Ordinal))[row]), output);
                break;
        }
    }

    /// <summary>A text that cannot harm a terminal: control characters appear as escapes, broken UTF-8 as U+FFFD.</summary>
    private void WriteText(ReadOnlySpan<byte> text, OutputBuffer output)
    {
        while (!text.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(text, out Rune rune, out int consumed);
            _replacedSequences += status == OperationStatus.Done ? 0 : 1;
            output.Commit(WriteRune(rune, output.Reserve(MaxCodePoint)));
            text = text[consumed..];
        }
    }

    private static int WriteRune(Rune rune, Span<byte> target)
    {
        int value = rune.Value;
        if (value is (>= 0x20 and < 0x7F) or > 0x9F)
        {
            return rune.EncodeToUtf8(target);
        }

        target[0] = (byte)'\\';
        target[1] = value switch
        {
            '\n' => (byte)'n',
            '\r' => (byte)'r',
            '\t' => (byte)'t',
            _ => (byte)'u',
        };
        if (target[1] != 'u')
        {
            return 2;
        }

        target[2] = (byte)'0';
        target[3] = (byte)'0';
        target[4] = (byte)"0123456789abcdef"[value >> 4];
        target[5] = (byte)"0123456789abcdef"[value & 15];
        return MaxCodePoint;
    }
}
