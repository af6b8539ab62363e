using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>The casts: which types each takes.</summary>
internal static class CastBinder
{
    public static Node? ToInt64(Call call)
    {
        Node x = call[0];
        return IsNull(x) ? ConstantNode.Null(ColumnType.Int64) : x.Type.Kind switch
        {
            ColumnKind.Int64 => x,
            ColumnKind.Timestamp => call.Wrong(0, "a number, a bool or text"),
            _ => new ToInt64Node(x),
        };
    }

    public static Node? ToFloat64(Call call)
    {
        Node x = call[0];
        return IsNull(x) ? ConstantNode.Null(ColumnType.Float64) : x.Type.Kind switch
        {
            ColumnKind.Float64 => x,
            ColumnKind.Int64 or ColumnKind.Decimal => Binder.ToFloat64(x),
            ColumnKind.Timestamp => call.Wrong(0, "a number, a bool or text"),
            _ => new ParseFloat64Node(x),
        };
    }

    public static Node? ToText(Call call) =>
        IsNull(call[0]) ? ConstantNode.Null(ColumnType.Text) : call[0].Type.Kind == ColumnKind.Text ? call[0] : new ToTextNode(call[0]);

    public static Node? ToTimestamp(Call call)
    {
        Node x = call[0];
        return IsNull(x) ? ConstantNode.Null(ColumnType.Timestamp) : x.Type.Kind switch
        {
            ColumnKind.Timestamp => x,
            ColumnKind.Bool => call.Wrong(0, "text or a number"),
            _ => new ToTimestampNode(x),
        };
    }

    private static bool IsNull(Node node) => node is ConstantNode { IsUntyped: true };
}
