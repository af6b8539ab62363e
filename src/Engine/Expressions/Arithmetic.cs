using System;
using System.Numerics;
using System.Numerics.Tensors;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary><c>+ - * %</c> of whole numbers, of decimals of one scale as their scaled values, and of times and durations.</summary>
/// <remarks>A result that does not fit, or a remainder by zero, kills the row; of timestamps one outside the years 1 to 9999, too.</remarks>
internal sealed class WholeArithmeticNode(TokenKind kind, ColumnType type, Node left, Node right) : Node(type, left, right)
{
    private readonly long[]? _leftConstant = Constant(left);
    private readonly long[]? _rightConstant = Constant(right);

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = _leftConstant is null ? left.Evaluate(frame, live, into) : into;
        Slot register = frame.Take();
        Slot b = _rightConstant is null ? right.Evaluate(frame, live, register) : register;
        ReadOnlySpan<long> x = _leftConstant ?? a.Longs;
        ReadOnlySpan<long> y = _rightConstant ?? b.Longs;
        Span<ulong> faults = register.True;
        if (_leftConstant is not null && _rightConstant is not null)
        {
            into.Valid.Fill(ulong.MaxValue); // only where it faults: the plan works other constants out
        }
        else if (_leftConstant is not null)
        {
            b.Valid.CopyTo(into.Valid);
        }
        else if (_rightConstant is not null)
        {
            a.Valid.CopyTo(into.Valid);
        }
        else
        {
            And(a.Valid, b.Valid, into.Valid);
        }

        switch (kind)
        {
            case TokenKind.Plus:
                Int64Arithmetic.Add(x, y, into.Longs, faults);
                break;
            case TokenKind.Minus:
                Int64Arithmetic.Subtract(x, y, into.Longs, faults);
                break;
            case TokenKind.Star:
                Int64Arithmetic.Multiply(x, y, into.Longs, faults);
                break;
            default:
                Int64Arithmetic.Remainder(x, y, into.Longs, faults);
                break;
        }

        if (Type.Kind == ColumnKind.Timestamp)
        {
            MarkOutside(live, into, faults);
        }

        frame.Fault(faults, live, into.Valid);
        frame.Release();
        return into;
    }

    private static long[]? Constant(Node node) => node is ConstantNode { IsNull: false } constant ? [constant.Bits] : null;

    private static void MarkOutside(ReadOnlySpan<ulong> live, Slot times, Span<ulong> faults)
    {
        ReadOnlySpan<long> values = times.Longs;
        for (int word = 0; word < faults.Length; word++)
        {
            for (ulong rows = live[word]; rows != 0; rows &= rows - 1)
            {
                int row = (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rows);
                faults[word] |= (values[row] is < Timestamp.MinMicroseconds or > Timestamp.MaxMicroseconds ? 1UL : 0UL) << row;
            }
        }
    }
}

/// <summary><c>+ - * / %</c> of doubles; what is not finite is null.</summary>
internal sealed class Float64ArithmeticNode(TokenKind kind, Node left, Node right) : Node(ColumnType.Float64, left, right)
{
    private readonly double[]? _leftConstant = Constant(left);
    private readonly double[]? _rightConstant = Constant(right);

    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = _leftConstant is null ? left.Evaluate(frame, live, into) : into;
        Slot register = frame.Take();
        Slot b = _rightConstant is null ? right.Evaluate(frame, live, register) : register;
        ReadOnlySpan<double> x = _leftConstant ?? a.DoublesByEight;
        ReadOnlySpan<double> y = _rightConstant ?? b.DoublesByEight;
        Span<double> result = into.DoublesByEight;
        Span<ulong> finite = register.True;
        switch (kind)
        {
            case TokenKind.Plus:
                Float64Arithmetic.Add(x, y, result, finite);
                break;
            case TokenKind.Minus:
                Float64Arithmetic.Subtract(x, y, result, finite);
                break;
            case TokenKind.Star:
                Float64Arithmetic.Multiply(x, y, result, finite);
                break;
            case TokenKind.Slash:
                Float64Arithmetic.Divide(x, y, result, finite);
                break;
            default:
                Remainders(x, y, result);
                Float64Arithmetic.Finite(into.Doubles, finite);
                break;
        }

        if (_leftConstant is not null || _rightConstant is not null)
        {
            And(finite, _leftConstant is null ? a.Valid : _rightConstant is null ? b.Valid : finite, into.Valid);
        }
        else
        {
            And(a.Valid, b.Valid, into.Valid);
            And(finite, into.Valid, into.Valid);
        }

        frame.Release();
        return into;
    }

    private static double[]? Constant(Node node) => node is ConstantNode { IsNull: false } constant ? [constant.Float64] : null;

    // fmod is exact, so that it is the same everywhere; the sign is the dividend's.
    private static void Remainders(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = left[left.Length == 1 ? 0 : i] % right[right.Length == 1 ? 0 : i];
        }
    }
}

/// <summary>Functions of one double that are rounded lane by lane, the same at every vector width; what is not finite is null.</summary>
internal sealed class Float64FunctionNode(Float64Function function, Node operand) : Node(ColumnType.Float64, operand)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = operand.Evaluate(frame, live, into);
        Span<double> result = into.Doubles;
        switch (function)
        {
            case Float64Function.Negate:
                TensorPrimitives.Negate<double>(a.Doubles, result);
                break;
            case Float64Function.Abs:
                TensorPrimitives.Abs<double>(a.Doubles, result);
                break;
            case Float64Function.Floor:
                TensorPrimitives.Floor<double>(a.Doubles, result);
                break;
            case Float64Function.Ceiling:
                TensorPrimitives.Ceiling<double>(a.Doubles, result);
                break;
            case Float64Function.Round:
                TensorPrimitives.Round<double>(a.Doubles, result);
                break;
            case Float64Function.SquareRoot:
                TensorPrimitives.Sqrt<double>(a.Doubles, result);
                break;
            default:
                // Vectorised, these two give other last bits at other widths.
                Each(live, a, into);
                break;
        }

        Slot register = frame.Take();
        Float64Arithmetic.Finite(result, register.True);
        And(a.Valid, register.True, into.Valid);
        frame.Release();
        return into;
    }

    private void Each(ReadOnlySpan<ulong> live, Slot a, Slot into)
    {
        ReadOnlySpan<double> values = a.Doubles;
        Span<double> result = into.Doubles;
        for (int word = 0; word < live.Length; word++)
        {
            for (ulong rows = live[word] & a.Valid[word]; rows != 0; rows &= rows - 1)
            {
                int row = (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rows);
                result[row] = function == Float64Function.Log ? Math.Log(values[row]) : Math.Exp(values[row]);
            }
        }
    }
}

internal enum Float64Function
{
    Negate,
    Abs,
    Floor,
    Ceiling,
    Round,
    SquareRoot,
    Log,
    Exp,
}

/// <summary>An int64, or a decimal by its scale, as the nearest double.</summary>
internal sealed class ToFloat64Node(Node operand) : Node(ColumnType.Float64, operand)
{
    public override Slot Evaluate(Frame frame, ReadOnlySpan<ulong> live, Slot into)
    {
        Slot a = operand.Evaluate(frame, live, into);
        ReadOnlySpan<long> values = a.Longs;
        Span<double> result = into.Doubles;
        int scale = operand.Type.Scale;
        if (scale == 0)
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = values[i];
            }
        }
        else
        {
            for (int word = 0; word < live.Length; word++)
            {
                for (ulong rows = live[word] & a.Valid[word]; rows != 0; rows &= rows - 1)
                {
                    int row = (word * Batch.BlockLength) + BitOperations.TrailingZeroCount(rows);
                    result[row] = ExactNumbers.ToFloat64(values[row], scale);
                }
            }
        }

        a.Valid.CopyTo(into.Valid);
        return into;
    }
}
