using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary><c>abs</c> of an int64; the lowest has none, and kills.</summary>
internal sealed class AbsNode(Node operand) : RowNode(ColumnType.Int64, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        long value = a.Longs[row];
        Set(frame, into, row, value != long.MinValue, value < 0 ? unchecked(-value) : value);
    }
}

/// <summary><c>round</c> of an int64 or decimal to a power of ten in its digits; a result that does not fit kills.</summary>
internal sealed class RoundWholeNode(Node operand, int places) : RowNode(operand.Type, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row) =>
        Set(frame, into, row, Rounding.TryToPlaces(a.Longs[row], places, out long rounded), rounded);
}

/// <summary><c>round(x, digits)</c> of a double.</summary>
internal sealed class RoundFloat64Node(Node operand, int digits) : RowNode(ColumnType.Float64, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        double rounded = Rounding.ToDigits(a.Doubles[row], digits);
        into.Doubles[row] = rounded;
        if (!double.IsFinite(rounded))
        {
            SetNull(into, row);
        }
    }
}

internal enum TimePart
{
    Hour,
    Day,
    Weekday,
}

internal sealed class TimePartNode(TimePart part, Node operand) : RowNode(ColumnType.Int64, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        long time = a.Longs[row];
        into.Longs[row] = part switch
        {
            TimePart.Hour => CivilTime.Hour(time),
            TimePart.Day => CivilTime.Day(time),
            _ => CivilTime.Weekday(time),
        };
    }
}

/// <summary><c>truncate(ts, 1h)</c>; a result before year 1 kills.</summary>
internal sealed class TruncateNode(Node operand, long unit) : RowNode(ColumnType.Timestamp, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        // The highest unit is one of 2^63 − 1 µs: the product stays inside 64 bits, for a timestamp is far from their edge.
        Int128 truncated = (Int128)CivilTime.FloorDivide(a.Longs[row], unit) * unit;
        Set(frame, into, row, truncated >= Timestamp.MinMicroseconds, truncated >= Timestamp.MinMicroseconds ? (long)truncated : 0);
    }
}

internal sealed class LengthNode(Node operand) : RowNode(ColumnType.Int64, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row) =>
        into.Longs[row] = Utf8Text.CountCodePoints(frame.Batch.Bytes(a.Texts[row]));
}

internal sealed class TrimNode(Node operand) : RowNode(ColumnType.Text, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        Text text = a.Texts[row];
        (int start, int length) = Utf8Text.Trim(frame.Batch.Bytes(text));

        // A piece of a text is a text: behind a negative offset, which counts down, too.
        into.Texts[row] = new Text(text.Offset < 0 ? text.Offset - start : text.Offset + start, length);
    }
}

internal sealed class CaseNode(Node operand, bool isLower) : RowNode(ColumnType.Text, operand)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        Text text = a.Texts[row];
        TextArena arena = frame.Batch.Arena;

        // Room first: the arena may move, and the text may lie in it.
        Span<byte> room = arena.Reserve(Utf8Text.MaxCasedLength(text.Length));
        ReadOnlySpan<byte> bytes = frame.Batch.Bytes(text);
        into.Texts[row] = arena.Commit(isLower ? Utf8Text.ToLower(bytes, room) : Utf8Text.ToUpper(bytes, room));
    }
}

internal enum TextTest
{
    StartsWith,
    EndsWith,
    Contains,
}

internal sealed class TextTestNode(TextTest test, Node text, Node part) : RowNode(ColumnType.Bool, text, part)
{
    protected override void Apply(Frame frame, Slot a, Slot b, Slot into, int row)
    {
        ReadOnlySpan<byte> whole = frame.Batch.Bytes(a.Texts[row]);
        ReadOnlySpan<byte> piece = frame.Batch.Bytes(b.Texts[row]);
        SetBool(into, row, test switch
        {
            TextTest.StartsWith => whole.StartsWith(piece),
            TextTest.EndsWith => whole.EndsWith(piece),
            _ => whole.IndexOf(piece) >= 0,
        });
    }
}

/// <summary><c>concat</c> of any number of texts: pair by pair, each result in the arena.</summary>
internal sealed class ConcatNode : Node
{
    private readonly Node[] _operands;
    private readonly Slot[] _values;

    public ConcatNode(Node[] operands) : base(ColumnType.Text, operands)
    {
        _operands = operands;
        _values = new Slot[operands.Length];
        Registers = 0;
        for (int i = 0; i < operands.Length; i++)
        {
            Registers = Math.Max(Registers, i + 1 + operands[i].Registers);
        }
    }

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        into.Valid.Fill(ulong.MaxValue);
        for (int n = 0; n < _operands.Length; n++)
        {
            _values[n] = _operands[n].Evaluate(frame, live, frame.Take());
            And(into.Valid, _values[n].Valid, into.Valid);
        }

        Span<Text> result = into.Texts;
        for (int word = 0; word < live.Length; word++)
        {
            for (ulong rows = live[word] & into.Valid[word]; rows != 0; rows &= rows - 1)
            {
                int row = (word * Batch.BlockLength) + System.Numerics.BitOperations.TrailingZeroCount(rows);
                result[row] = Join(frame.Batch, row);
            }
        }

        frame.Release(_operands.Length);
        return into;
    }

    private Text Join(Batch batch, int row)
    {
        int length = 0;
        foreach (Slot value in _values)
        {
            length = checked(length + value.Texts[row].Length);
        }

        // Room first: the arena may move, and the parts may lie in it.
        Span<byte> room = batch.Arena.Reserve(length);
        int at = 0;
        foreach (Slot value in _values)
        {
            ReadOnlySpan<byte> part = batch.Bytes(value.Texts[row]);
            part.CopyTo(room[at..]);
            at += part.Length;
        }

        return batch.Arena.Commit(length);
    }
}
