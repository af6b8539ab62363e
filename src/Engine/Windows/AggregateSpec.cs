using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>An aggregate that is understood: its result's name, what it does, over which column (null: rows), and a quantile's p.</summary>
internal sealed record AggregateSpec(string Name, string Function, Field? Column, double Share)
{
    public ColumnType ResultType => Function switch
    {
        "count" or "count_distinct" => ColumnType.Int64,
        "mean" or "variance" or "stddev" or "quantile" => ColumnType.Float64,
        _ => Column!.Type,
    };
}
