using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>A column of the batch.</summary>
internal sealed class ColumnNode(ColumnType type, int ordinal) : Node(type)
{
    public int Ordinal => ordinal;

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        if (Type.Kind != ColumnKind.Bool)
        {
            return new Slot(frame.Batch, ordinal, null);
        }

        RowMasks.FromBools(frame.Batch.Padded<bool>(ordinal), into.True);
        frame.Batch.Validity(ordinal).CopyTo(into.Valid);
        return into;
    }
}

/// <summary>A value that is the same for every row, or null.</summary>
internal sealed class ConstantNode : Node
{
    private ConstantNode(ColumnType type, bool isNull) : base(type) => IsNull = isNull;

    public bool IsNull { get; }

    /// <summary>The word null as written: it takes the type that its neighbours want.</summary>
    public bool IsUntyped { get; private init; }

    /// <summary>The value of an int64, a decimal or a timestamp; 1 or 0 of a bool.</summary>
    public long Bits { get; private init; }

    public double Float64 { get; private init; }

    public byte[] Bytes { get; private init; } = [];

    /// <summary>A number literal's exact value, where it has one worth keeping.</summary>
    public ExactLiteral? Exact { get; private init; }

    /// <summary>A number as written: it may take the type of the decimals it meets.</summary>
    public bool IsLiteral { get; private init; }

    public static ConstantNode UntypedNull { get; } = new(ColumnType.Text, isNull: true) { IsUntyped = true };

    public static ConstantNode Null(ColumnType type) => new(type, isNull: true);

    public static ConstantNode Of(ColumnType type, long bits) => new(type, isNull: false) { Bits = bits };

    public static ConstantNode Duration(long microseconds) => new(ColumnType.Int64, isNull: false) { Bits = microseconds, IsDuration = true };

    public static ConstantNode Of(double value) => new(ColumnType.Float64, isNull: false) { Float64 = value };

    public static ConstantNode Literal(long value) => new(ColumnType.Int64, isNull: false) { Bits = value, Exact = ExactLiteral.Of(value, 0), IsLiteral = true };

    public static ConstantNode Literal(double value, string text) => new(ColumnType.Float64, isNull: false) { Float64 = value, Exact = ExactLiteral.Parse(text), IsLiteral = true };

    public static ConstantNode Of(byte[] text) => new(ColumnType.Text, isNull: false) { Bytes = text };

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        into.Valid.Fill(IsNull ? 0 : ulong.MaxValue);
        switch (Type.Kind)
        {
            case ColumnKind.Bool:
                into.True.Fill(Bits != 0 ? ulong.MaxValue : 0);
                break;
            case ColumnKind.Float64:
                into.Doubles.Fill(Float64);
                break;
            case ColumnKind.Text:
                into.Texts.Fill(frame.Batch.Arena.Append(Bytes));
                break;
            default:
                into.Longs.Fill(Bits);
                break;
        }

        return into;
    }
}

/// <summary>A value that <see cref="LetNode"/> worked out before, for several uses.</summary>
internal sealed class HeldNode(ColumnType type) : Node(type)
{
    public Slot Value { get; set; }

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        if (Type.Kind != ColumnKind.Bool)
        {
            return Value;
        }

        // Users of bools work in the register they get.
        Value.True.CopyTo(into.True);
        Value.Valid.CopyTo(into.Valid);
        return into;
    }
}

/// <summary>Works a value out once, and then what uses it.</summary>
internal sealed class LetNode : Node
{
    private readonly Node _value;
    private readonly HeldNode _held;
    private readonly Node _body;

    public LetNode(Node value, HeldNode held, Node body) : base(body.Type)
    {
        _value = value;
        _held = held;
        _body = body;
        Registers = 1 + Math.Max(value.Registers, body.Registers);
    }

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        _held.Value = _value.Evaluate(frame, live, frame.Take());
        Slot result = _body.Evaluate(frame, live, into);
        frame.Release();
        return result;
    }
}
