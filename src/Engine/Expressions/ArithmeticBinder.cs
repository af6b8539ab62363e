using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>The types of <c>+ - * / %</c>.</summary>
internal readonly struct ArithmeticBinder(Binder binder)
{
    public Node? Bind(ArithmeticSyntax syntax, Node? left, Node? right)
    {
        if (left is null || right is null)
        {
            return null;
        }

        if (left.Type.Kind == ColumnKind.Timestamp || (right.Type.Kind == ColumnKind.Timestamp && Binder.IsNumber(left)))
        {
            return Times(syntax, left, right);
        }

        string sign = Sign(syntax.Operator);
        if (!Binder.IsNumber(left))
        {
            return binder.Mistyped(syntax.Left, $"'{sign}' takes numbers, and this is {left.Type}{Hint(syntax, left)}");
        }

        if (!Binder.IsNumber(right))
        {
            return binder.Mistyped(syntax.Right, $"'{sign}' takes numbers, and this is {right.Type}{Hint(syntax, right)}");
        }

        return Binder.Fold(Numbers(syntax.Operator, Typed(left, right), Typed(right, left)));
    }

    private static Node Numbers(TokenKind kind, Node left, Node right)
    {
        bool isWhole = left.Type == right.Type && left.Type.Kind switch
        {
            ColumnKind.Int64 => kind != TokenKind.Slash,
            ColumnKind.Decimal => kind is TokenKind.Plus or TokenKind.Minus or TokenKind.Percent,
            _ => false,
        };
        if (!isWhole)
        {
            return new Float64ArithmeticNode(kind, Binder.ToFloat64(left), Binder.ToFloat64(right));
        }

        bool isDuration = kind == TokenKind.Star ? left.IsDuration != right.IsDuration : left.IsDuration && right.IsDuration;
        return new WholeArithmeticNode(kind, left.Type, left, right) { IsDuration = isDuration };
    }

    private Node? Times(ArithmeticSyntax syntax, Node left, Node right)
    {
        TokenKind kind = syntax.Operator;
        bool isLeftTime = left.Type.Kind == ColumnKind.Timestamp;
        bool isRightTime = right.Type.Kind == ColumnKind.Timestamp;
        if (kind is not (TokenKind.Plus or TokenKind.Minus))
        {
            return binder.Mistyped(isLeftTime ? syntax.Left : syntax.Right, $"'{Sign(kind)}' takes numbers, and this is timestamp");
        }

        if (isLeftTime && isRightTime && kind == TokenKind.Minus)
        {
            return Binder.Fold(new WholeArithmeticNode(kind, ColumnType.Int64, left, right) { IsDuration = true });
        }

        Node shift = isLeftTime ? right : left;
        bool fits = (isLeftTime != isRightTime) && (isLeftTime || kind == TokenKind.Plus)
            && (shift.IsDuration || shift is ConstantNode { IsUntyped: true });
        if (!fits)
        {
            return binder.Mistyped(syntax.Right, isLeftTime
                ? $"a timestamp is shifted by a duration such as 10s{(kind == TokenKind.Minus ? ", or subtracted from another," : "")} and this is {right.Type}"
                : $"only a duration such as 10s can be added to a timestamp, and {left.Type} is none");
        }

        Node typed = shift.IsDuration ? shift : ConstantNode.Null(ColumnType.Int64);
        return Binder.Fold(new WholeArithmeticNode(kind, ColumnType.Timestamp, isLeftTime ? left : typed, isLeftTime ? typed : right));
    }

    /// <summary>The word null takes the other side's type.</summary>
    private static Node Typed(Node node, Node other) => node is not ConstantNode { IsUntyped: true } ? node
        : ConstantNode.Null(other is ConstantNode { IsUntyped: true } ? ColumnType.Int64 : other.Type);

    private static string Hint(ArithmeticSyntax syntax, Node operand) =>
        operand.Type.Kind == ColumnKind.Text && syntax.Operator == TokenKind.Plus ? "; texts are joined by concat(a, b)"
        : operand.Type.Kind == ColumnKind.Text ? "; float64(x) reads a number from text" : "";

    private static string Sign(TokenKind kind) => kind switch
    {
        TokenKind.Plus => "+",
        TokenKind.Minus => "-",
        TokenKind.Star => "*",
        TokenKind.Slash => "/",
        _ => "%",
    };
}
