using System;
using System.Collections.Generic;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>The components that a list of aggregates needs, each once, and the results made from them.</summary>
internal sealed class ComponentSet(bool hasEventTime)
{
    private readonly Dictionary<(string Name, int Ordinal), Component> _components = [];
    private readonly List<Component> _inOrder = [];

    public IReadOnlyList<Component> Components => _inOrder;

    public T Need<T>(string name, int ordinal, Func<T> make) where T : Component
    {
        if (!_components.TryGetValue((name, ordinal), out Component? component))
        {
            component = make();
            _components.Add((name, ordinal), component);
            _inOrder.Add(component);
        }

        return (T)component;
    }

    public ResultColumn Result(AggregateSpec spec)
    {
        if (spec.Column is null)
        {
            return new CountResult(Need("rows", -1, () => new RowCount()));
        }

        Field column = spec.Column;
        return spec.Function switch
        {
            "count" => new CountResult(Need("values", column.Ordinal, () => new ValueCount(column.Ordinal))),
            "sum" or "mean" => Sum(column, spec.Function == "mean"),
            "variance" or "stddev" => Spread(column, spec.Function == "stddev"),
            "min" => Extreme<Lowest>(column, false),
            "max" => Extreme<Highest>(column, true),
            "first" or "last" => Edge(column, spec.Function == "last"),
            "count_distinct" => Distinct(column),
            _ => Quantile(column, spec.Share),
        };
    }

    private FloatSum FloatSum(Field column) => Need("sum", column.Ordinal, () => new FloatSum(column.Ordinal));

    private IntegerSum IntegerSum(Field column) => Need("sum", column.Ordinal, () => new IntegerSum(column.Ordinal));

    private ResultColumn Sum(Field column, bool mean)
    {
        if (column.Type.Kind == ColumnKind.Float64)
        {
            return new FloatSumResult(FloatSum(column), mean);
        }

        return mean ? new IntegerMeanResult(IntegerSum(column), column.Type.Scale) : new IntegerSumResult(IntegerSum(column));
    }

    private ResultColumn Spread(Field column, bool root)
    {
        if (column.Type.Kind == ColumnKind.Float64)
        {
            return new FloatVarianceResult(FloatSum(column), Need("squares", column.Ordinal, () => new FloatSquares(column.Ordinal)), root);
        }

        return new IntegerVarianceResult(
            IntegerSum(column), Need("squares", column.Ordinal, () => new IntegerSquares(column.Ordinal)), column.Type.Scale, root);
    }

    private ResultColumn Extreme<TSide>(Field column, bool highest) where TSide : ISide
    {
        string name = highest ? "max" : "min";
        int ordinal = column.Ordinal;
        return column.Type.Kind switch
        {
            ColumnKind.Text => new TextResult(Need(name, ordinal, () => new ExtremeText(ordinal, highest)), 0),
            ColumnKind.Bool => new OrderedResult<bool, OrderedBool>(Need(name, ordinal, () => new Extreme<bool, OrderedBool, TSide>(ordinal))),
            ColumnKind.Float64 => new OrderedResult<double, OrderedFloat64>(Need(name, ordinal, () => new Extreme<double, OrderedFloat64, TSide>(ordinal))),
            ColumnKind.Timestamp => new OrderedResult<Timestamp, OrderedTimestamp>(
                Need(name, ordinal, () => new Extreme<Timestamp, OrderedTimestamp, TSide>(ordinal))),
            _ => new OrderedResult<long, OrderedInt64>(Need(name, ordinal, () => new Extreme<long, OrderedInt64, TSide>(ordinal))),
        };
    }

    private ResultColumn Edge(Field column, bool last)
    {
        string name = last ? "last" : "first";
        int ordinal = column.Ordinal;
        return column.Type.Kind switch
        {
            ColumnKind.Text => new TextResult(Need(name, ordinal, () => new EdgeText(ordinal, last, hasEventTime)), Arrival.Words),
            ColumnKind.Bool => new OrderedResult<bool, OrderedBool>(Need(name, ordinal, () => new Edge<bool, OrderedBool>(ordinal, last, hasEventTime))),
            ColumnKind.Float64 => new OrderedResult<double, OrderedFloat64>(
                Need(name, ordinal, () => new Edge<double, OrderedFloat64>(ordinal, last, hasEventTime))),
            ColumnKind.Timestamp => new OrderedResult<Timestamp, OrderedTimestamp>(
                Need(name, ordinal, () => new Edge<Timestamp, OrderedTimestamp>(ordinal, last, hasEventTime))),
            _ => new OrderedResult<long, OrderedInt64>(Need(name, ordinal, () => new Edge<long, OrderedInt64>(ordinal, last, hasEventTime))),
        };
    }

    private DistinctResult Distinct(Field column)
    {
        int ordinal = column.Ordinal;
        return column.Type.Kind switch
        {
            ColumnKind.Text => new DistinctResult(Need("distinct", ordinal, () => new DistinctText(ordinal))),
            ColumnKind.Bool => new DistinctResult(Need("distinct", ordinal, () => new Distinct<bool, OrderedBool>(ordinal))),
            ColumnKind.Float64 => new DistinctResult(Need("distinct", ordinal, () => new Distinct<double, CanonicalFloat64>(ordinal))),
            _ => new DistinctResult(Need("distinct", ordinal, () => new Distinct<long, OrderedInt64>(ordinal))),
        };
    }

    private QuantileResult Quantile(Field column, double share)
    {
        int ordinal = column.Ordinal;
        return new QuantileResult(Need("values_log", ordinal, () => new ValueLog(ordinal, column.Type)), share);
    }
}
