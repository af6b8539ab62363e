using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>Chooses how two operands are compared, so that the choice is made once and not per row.</summary>
internal static class Comparing
{
    /// <summary>null where the types cannot be compared.</summary>
    public static Node? Make(Ordering ordering, Node left, Node right)
    {
        if (left is ConstantNode { IsUntyped: true })
        {
            left = ConstantNode.Null(right is ConstantNode { IsUntyped: true } ? ColumnType.Bool : right.Type);
        }

        if (right is ConstantNode { IsUntyped: true })
        {
            right = ConstantNode.Null(left.Type);
        }

        if (left is ConstantNode && right is not ConstantNode)
        {
            (left, right, ordering) = (right, left, ordering.Swapped());
        }

        if (left.Type.IsNumber && right.Type.IsNumber)
        {
            return Numbers(ordering, left, right);
        }

        if (left.Type != right.Type)
        {
            return null;
        }

        return left.Type.Kind switch
        {
            ColumnKind.Text => new TextCompareNode(ordering, left, right),
            ColumnKind.Bool => new BoolCompareNode(ordering, left, right),
            _ => new CompareNode(ordering, left, right),
        };
    }

    private static Node Numbers(Ordering ordering, Node left, Node right)
    {
        if (right is ConstantNode { IsNull: true })
        {
            return new CompareNode(ordering, left, ConstantNode.Null(left.Type));
        }

        if (right is ConstantNode constant && left is not ConstantNode { IsNull: true })
        {
            if (left.Type.Kind != ColumnKind.Float64)
            {
                ExactLiteral exact = constant.Exact
                    ?? (constant.Type.Kind == ColumnKind.Float64 ? ExactLiteral.Of(constant.Float64) : ExactLiteral.Of(constant.Bits, constant.Type.Scale));
                return WholeAgainst(ordering, left, exact);
            }

            if (constant.Type.Kind == ColumnKind.Int64 && ExactNumbers.Compare(constant.Bits, 0, (double)constant.Bits) == 0)
            {
                right = ConstantNode.Of((double)constant.Bits);
            }
        }

        return left.Type == right.Type ? new CompareNode(ordering, left, right) : new MixedCompareNode(ordering, left, right);
    }

    /// <summary>Whole values against a constant that need not be one: the constant becomes one, and the ordering follows.</summary>
    private static Node WholeAgainst(Ordering ordering, Node left, ExactLiteral constant)
    {
        BigInteger floor = constant.Floor(left.Type.Scale, out bool isWhole);
        if (floor > long.MaxValue)
        {
            return new AlwaysNode(ordering is Ordering.Less or Ordering.LessOrEqual or Ordering.NotEqual, left);
        }

        if (floor < long.MinValue)
        {
            return new AlwaysNode(ordering is Ordering.Greater or Ordering.GreaterOrEqual or Ordering.NotEqual, left);
        }

        if (!isWhole)
        {
            if (ordering is Ordering.Equal or Ordering.NotEqual)
            {
                return new AlwaysNode(ordering == Ordering.NotEqual, left);
            }

            ordering = ordering is Ordering.Less or Ordering.LessOrEqual ? Ordering.LessOrEqual : Ordering.Greater;
        }

        return new CompareNode(ordering, left, ConstantNode.Of(left.Type, (long)floor));
    }
}
