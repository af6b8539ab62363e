using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary><c>int64(x)</c> of a double or decimal, cut toward zero, of a bool, or of a text as a field would be read.</summary>
internal sealed class ToInt64Node(Node operand) : RowNode(ColumnType.Int64, operand)
{
    private readonly ColumnType _from = operand.Type;

    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        switch (_from.Kind)
        {
            case ColumnKind.Float64:
                SetOrNull(into, row, ExactNumbers.TryTruncate(a.Doubles[row], out long truncated), truncated);
                break;
            case ColumnKind.Decimal:
                into.Longs[row] = a.Longs[row] / ExactNumbers.PowerOfTen(_from.Scale);
                break;
            case ColumnKind.Bool:
                into.Longs[row] = IsTrue(a, row) ? 1 : 0;
                break;
            default:
                SetOrNull(into, row, Numbers.ParseInt64(frame.Batch.Bytes(a.Texts[row]), out long parsed) == FieldStatus.Value, parsed);
                break;
        }
    }
}

/// <summary><c>float64(x)</c> of a text as a field would be read, or of a bool; <see cref="ToFloat64Node"/> does numbers.</summary>
internal sealed class ParseFloat64Node(Node operand) : RowNode(ColumnType.Float64, operand)
{
    private readonly bool _isBool = operand.Type.Kind == ColumnKind.Bool;

    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        if (_isBool)
        {
            into.Doubles[row] = IsTrue(a, row) ? 1 : 0;
            return;
        }

        if (Numbers.ParseFloat64(frame.Batch.Bytes(a.Texts[row]), out double parsed) != FieldStatus.Value)
        {
            SetNull(into, row);
        }

        into.Doubles[row] = parsed;
    }
}

/// <summary><c>timestamp(x)</c> of a text as a timestamp field would be read in UTC, or of a number by its text.</summary>
internal sealed class ToTimestampNode(Node operand) : RowNode(ColumnType.Timestamp, operand)
{
    private readonly ColumnType _from = operand.Type;

    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        if (_from.Kind == ColumnKind.Text)
        {
            SetOrNull(into, row, Timestamps.TryParse(frame.Batch.Bytes(a.Texts[row]), out long parsed, out _), parsed);
            return;
        }

        if (_from.Kind == ColumnKind.Float64 && Math.Abs(a.Doubles[row]) < 1e-6)
        {
            // Its text would have an exponent. Less than a microsecond, cut toward earlier time.
            into.Longs[row] = a.Doubles[row] < 0 ? -1 : 0;
            return;
        }

        Span<byte> text = stackalloc byte[NumberText.MaxFloat64Length];
        int length = NumberFormat.Write(_from, a, row, text);
        SetOrNull(into, row, Timestamps.TryParse(text[..length], out long micros, out _), micros);
    }
}

/// <summary><c>text(x)</c>: what CSV output would write.</summary>
internal sealed class ToTextNode(Node operand) : RowNode(ColumnType.Text, operand)
{
    private readonly ColumnType _from = operand.Type;

    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        TextArena arena = frame.Batch.Arena;
        Span<byte> room = arena.Reserve(Math.Max(NumberText.MaxFloat64Length, Timestamps.MaxLength));
        int length = _from.Kind switch
        {
            ColumnKind.Timestamp => Timestamps.Format(a.Longs[row], room),
            ColumnKind.Bool => Bools.Format(IsTrue(a, row), room),
            _ => NumberFormat.Write(_from, a, row, room),
        };
        into.Texts[row] = arena.Commit(length);
    }
}

internal static class NumberFormat
{
    public static int Write(ColumnType type, Slot values, int row, Span<byte> target) => type.Kind switch
    {
        ColumnKind.Float64 => NumberText.FormatFloat64(values.Doubles[row], target),
        ColumnKind.Decimal => NumberText.FormatDecimal(values.Longs[row], type.Scale, target),
        _ => NumberText.FormatInt64(values.Longs[row], target),
    };
}
