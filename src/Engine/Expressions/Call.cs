using System;
using System.Globalization;
using System.Linq;
using System.Numerics;
using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>A function's operands while it is bound; each is asked for with the type it must have.</summary>
internal sealed class Call(Binder binder, CallSyntax syntax, Node[] arguments)
{
    public int Count => arguments.Length;

    public Binder Binder => binder;

    public Node this[int index] => arguments[index];

    public Node? Number(int index) => Typed(index, Binder.IsNumber(arguments[index]), ColumnType.Int64, "a number");

    public Node? Text(int index) => Typed(index, arguments[index].Type.Kind == ColumnKind.Text, ColumnType.Text, "text");

    public Node? Time(int index) => Typed(index, arguments[index].Type.Kind == ColumnKind.Timestamp, ColumnType.Timestamp, "a timestamp");

    public Node? Condition(int index) => Typed(index, arguments[index].Type.Kind == ColumnKind.Bool, ColumnType.Bool, "a condition");

    public Node[]? Texts()
    {
        Node[] all = new Node[Count];
        for (int i = 0; i < all.Length; i++)
        {
            if (Text(i) is not { } text)
            {
                return null;
            }

            all[i] = text;
        }

        return all;
    }

    /// <summary>A duration literal longer than nothing.</summary>
    public long? Unit(int index)
    {
        if (arguments[index] is ConstantNode { IsDuration: true, Bits: > 0 } duration)
        {
            return duration.Bits;
        }

        if (arguments[index] is ConstantNode { IsDuration: true })
        {
            binder.Mistyped(syntax.Arguments[index], $"{syntax.Name}(…) takes a duration longer than nothing here, such as 1h");
        }
        else
        {
            Wrong(index, "a duration such as 1h, written out,");
        }

        return null;
    }

    public bool TryDigits(int index, int most, out int digits)
    {
        digits = 0;
        if (arguments[index] is ConstantNode { IsNull: false, Type.Kind: ColumnKind.Int64 } constant && constant.Bits >= -most && constant.Bits <= most)
        {
            digits = (int)constant.Bits;
            return true;
        }

        Wrong(index, string.Create(CultureInfo.InvariantCulture, $"a number of digits from -{most} to {most}, written out,"));
        return false;
    }

    /// <summary>The one type of the operands from <paramref name="first"/> on; null with an error at the first that does not agree.</summary>
    /// <remarks>int64 and float64 agree on float64. A number literal agrees with a decimal that can hold it. The word null agrees with all.</remarks>
    public ColumnType? Unify(int first)
    {
        ColumnType? common = null;
        bool areLiterals = true;
        for (int i = first; i < Count; i++)
        {
            Node node = arguments[i];
            if (node is ConstantNode { IsUntyped: true })
            {
                continue;
            }

            bool isLiteral = node is ConstantNode { IsLiteral: true };
            if (common is null || common == node.Type)
            {
                common = node.Type;
            }
            else if (common is { Kind: ColumnKind.Int64 or ColumnKind.Float64 } && node.Type.Kind is ColumnKind.Int64 or ColumnKind.Float64)
            {
                common = ColumnType.Float64;
            }
            else if (areLiterals && node.Type.Kind == ColumnKind.Decimal && Enumerable.Range(first, i - first).All(n => Fits(n, node.Type)))
            {
                common = node.Type;
            }
            else if (!(common is { Kind: ColumnKind.Decimal } scaled && isLiteral && Fits(i, scaled)))
            {
                binder.Mistyped(syntax.Arguments[i], $"{node.Type} does not agree with {common}, the type of the operands before it");
                return null;
            }

            areLiterals &= isLiteral;
        }

        return common ?? ColumnType.Text;
    }

    public bool AreDurations(int first) =>
        arguments.Skip(first).All(n => n.IsDuration || n is ConstantNode { IsUntyped: true }) && arguments.Skip(first).Any(n => n.IsDuration);

    /// <summary>An operand as the type that <see cref="Unify"/> gave.</summary>
    public Node Adapt(int index, ColumnType type)
    {
        Node node = arguments[index];
        if (node is ConstantNode { IsUntyped: true })
        {
            return ConstantNode.Null(type);
        }

        return node.Type == type ? node
            : type.Kind == ColumnKind.Decimal ? ConstantNode.Of(type, (long)((ConstantNode)node).Exact!.Value.Floor(type.Scale, out _))
            : Binder.ToFloat64(node);
    }

    public Node[] AdaptAll(ColumnType type) => [.. Enumerable.Range(0, Count).Select(i => Adapt(i, type))];

    public Node? Wrong(int index, string wanted) =>
        binder.Mistyped(syntax.Arguments[index], $"{syntax.Name}(…) takes {wanted} here, and this is {arguments[index].Type}");

    private Node? Typed(int index, bool fits, ColumnType type, string wanted) =>
        arguments[index] is ConstantNode { IsUntyped: true } ? ConstantNode.Null(type)
        : fits ? arguments[index]
        : Wrong(index, wanted);

    /// <summary>Whether a literal can be written at a decimal's scale.</summary>
    private bool Fits(int index, ColumnType type)
    {
        if (arguments[index] is not ConstantNode { IsLiteral: true, Exact: { } exact })
        {
            return arguments[index] is ConstantNode { IsUntyped: true };
        }

        BigInteger value = exact.Floor(type.Scale, out bool isWhole);
        return isWhole && value >= long.MinValue && value <= long.MaxValue;
    }
}
