using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Windows;

/// <summary>A window as planned: its kind, key and aggregates, bound to columns. Immutable; makes one operator per lane.</summary>
public sealed class WindowPlan
{
    private readonly IReadOnlyList<Field> _key;
    private readonly IReadOnlyList<AggregateSpec> _aggregates;
    private readonly WindowSettings _settings;
    private readonly bool _hasEventTime;
    private readonly EventTimeSpan _span = new();
    private readonly SessionNode _node = new();
    private readonly RecordLayout _layout;
    private readonly ResultWriter _writer;

    private WindowPlan(WindowSettings settings, IReadOnlyList<Field> key, IReadOnlyList<AggregateSpec> aggregates, bool hasEventTime)
    {
        _settings = settings;
        _key = key;
        _aggregates = aggregates;
        _hasEventTime = hasEventTime;
        HasTimes = settings.Kind != WindowKind.Global && hasEventTime;
        var components = new ComponentSet(hasEventTime);
        var shape = new KeyShape(key);
        int ordinal = (HasTimes ? 2 : 0) + key.Count;
        var results = new List<ResultColumn>();
        foreach (AggregateSpec spec in aggregates)
        {
            ResultColumn result = components.Result(spec);
            result.Aggregate = results.Count;
            result.Ordinal = ordinal++;
            results.Add(result);
        }

        var own = new List<Component>();
        if (settings.Kind is WindowKind.Count or WindowKind.Session)
        {
            own.Add(_span);
        }

        if (settings.Kind == WindowKind.Session)
        {
            own.Add(_node);
        }

        _layout = new RecordLayout(shape, [.. own, .. components.Components]);
        _writer = new ResultWriter(shape, _layout.Stride, HasTimes, results);
    }

    /// <summary>The key as records have it, and its hash: one for all operators.</summary>
    internal KeyShape Key => _layout.Key;

    /// <summary>Sessions: results come in order of end, start and key.</summary>
    internal bool IsSession => _settings.Kind == WindowKind.Session;

    /// <summary>Where the keys begin among the results' columns.</summary>
    internal int FirstKey => HasTimes ? 2 : 0;

    /// <summary>Whether lanes fold at home and merge when a window closes; otherwise each lane folds the rows of the keys that it owns.</summary>
    public bool CanMerge => _settings.Kind is not (WindowKind.Count or WindowKind.Session);

    /// <summary>The results' names that may be beyond their range: what an index of <see cref="WindowResults.Fault"/> means. The aggregates in order, then the window's times where it has any.</summary>
    public IReadOnlyList<string> FaultNames => [.. _aggregates.Select(a => a.Name), .. HasTimes ? ["window_start", "window_end"] : (string[])[]];

    /// <summary>For <c>explain</c>: <c>tumbling 10s</c> in microseconds.</summary>
    public string Description => _settings.Description;

    /// <summary>Words of native memory that a group takes, without its share of the hash table.</summary>
    public int BytesPerGroup => 8 * _layout.Stride;

    /// <summary>Bytes that the window's groups may take on all lanes together (<c>window_memory</c>); 0: as many as memory_budget has room for.</summary>
    public long MostMemory { get; private init; }

    /// <summary>How far the event time must be ahead of an event for all its windows to be closed; <see cref="long.MaxValue"/>: there is no such bound.</summary>
    public long Reach => _settings.Kind is WindowKind.Tumbling or WindowKind.Hopping ? WindowSpan.SaturatingAdd(_settings.Span.Size, _settings.Span.Delay) : long.MaxValue;

    private bool HasTimes { get; }

    /// <summary>Reads the keys of a <c>window</c> module, binds them to the schema and records what it reads.</summary>
    /// <returns>The plan, or null when errors were added to the settings' list.</returns>
    /// <param name="settings">The module's keys.</param>
    /// <param name="schema">The columns as they reach the window.</param>
    /// <param name="hasEventTime">Whether rows have an event time.</param>
    /// <param name="maxOutOfOrderness">Microseconds; <see cref="long.MaxValue"/>: the watermark waits for the end of input.</param>
    /// <param name="allowedLateness">Microseconds.</param>
    public static WindowPlan? Create(Settings settings, Schema schema, bool hasEventTime, long maxOutOfOrderness, long allowedLateness) =>
        Create(settings, schema, hasEventTime, maxOutOfOrderness, allowedLateness, out _);

    /// <summary>The same, with the results' columns as far as they are known where there is no plan.</summary>
    internal static WindowPlan? Create(Settings settings, Schema schema, bool hasEventTime, long maxOutOfOrderness, long allowedLateness, out Schema results)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(schema);
        long delay = WindowSpan.SaturatingAdd(maxOutOfOrderness, allowedLateness);
        WindowSettings? kind = WindowSettings.Read(settings, hasEventTime, delay);
        IReadOnlyList<Field> key = ReadKey(settings, schema, out bool isWhole);
        var taken = new HashSet<string>(key.Select(f => f.Name), StringComparer.Ordinal);
        if (hasEventTime && kind?.Kind != WindowKind.Global)
        {
            RejectTimeNames(settings, key);
            taken.Add("window_start");
            taken.Add("window_end");
        }

        var reader = new AggregateReader(settings, schema);
        IReadOnlyList<AggregateSpec> aggregates = reader.Read(taken);
        long memory = settings.Size("window_memory", 0, (1 << 20, "1MiB"), (long.MaxValue, "8EiB"));
        int before = settings.Errors.Count;
        settings.RejectUnknown();
        if (!settings.HasErrors && kind is not null && isWhole && key.All(f => f.Type.Kind != ColumnKind.Unknown) && aggregates.Count == reader.Results.Count)
        {
            var plan = new WindowPlan(kind, key, aggregates, hasEventTime) { MostMemory = memory };
            results = plan.ResultSchema();
            return plan;
        }

        results = ResultSchema(hasEventTime && kind?.Kind != WindowKind.Global, key, reader.Results.Select(r => (r.Name, r.Type, true)));
        results.IsIncomplete = !isWhole || settings.Errors.Count != before || reader.Results.Count == 0;
        return null;
    }

    /// <summary>The columns of the results: window_start and window_end where there are any, the keys, the aggregates. New at each call.</summary>
    public Schema ResultSchema() => ResultSchema(HasTimes, _key, _aggregates.Select(a => (a.Name, a.ResultType, a.Function is not ("count" or "count_distinct"))));

    private static Schema ResultSchema(bool hasTimes, IEnumerable<Field> key, IEnumerable<(string Name, ColumnType Type, bool Nullable)> aggregates)
    {
        var schema = new Schema();
        if (hasTimes)
        {
            schema.Add("window_start", ColumnType.Timestamp);
            schema.Add("window_end", ColumnType.Timestamp);
        }

        foreach (Field field in key)
        {
            schema.Add(field.Name, field.Type, field.Nullable);
        }

        foreach ((string name, ColumnType type, bool nullable) in aggregates)
        {
            schema.Add(name, type, nullable);
        }

        return schema;
    }

    /// <summary>The state of one lane. What grows is charged to the account.</summary>
    public WindowOperator CreateOperator(MemoryBudget.Account memory)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Action<long> charge = memory.Charge;
        return _settings.Kind switch
        {
            WindowKind.Count => new CountWindowOperator(_layout, _writer, _span, _settings.Count, _hasEventTime, charge),
            WindowKind.Session => new SessionWindowOperator(_layout, _writer, _span, _node, _settings.Gap, _settings.Span.Delay, charge),
            _ => new TimeWindowOperator(_layout, _writer, _settings.Span, charge),
        };
    }

    /// <param name="settings">The module's keys.</param>
    /// <param name="schema">The columns as they reach the window.</param>
    /// <param name="isWhole">Whether each name led to a column.</param>
    private static List<Field> ReadKey(Settings settings, Schema schema, out bool isWhole)
    {
        int before = settings.Errors.Count;
        isWhole = true;
        var key = new List<Field>();
        foreach (ConfigScalar item in settings.List("key"))
        {
            if (!schema.TryFind(item.Value, out Field field))
            {
                isWhole = false;
                if (!schema.IsIncomplete)
                {
                    settings.Error(item, "unknown_column", $"'{item.Shown}' is no column{Spelling.Suggest(item.Value, schema.Fields.Select(f => f.Name))}");
                }
            }
            else if (key.Exists(k => k.Name == field.Name))
            {
                settings.Error(item, "duplicate_column", $"'{field.Name}' is in the key of {settings.Owner} twice");
            }
            else
            {
                schema.Dependencies.Read(field.Ordinal);
                key.Add(field);
            }

            if (key.Count > KeyShape.MaxColumns)
            {
                settings.Error(item, "bad_value", $"the key of {settings.Owner} has more than {KeyShape.MaxColumns} columns");
                break;
            }
        }

        isWhole &= settings.Errors.Count == before;
        return key;
    }

    private static void RejectTimeNames(Settings settings, IReadOnlyList<Field> key)
    {
        IReadOnlyList<ConfigScalar> items = settings.List("key");
        foreach (ConfigScalar item in items)
        {
            if (item.Value is "window_start" or "window_end" && key.Any(k => k.Name == item.Value))
            {
                settings.Error(item, "duplicate_column", $"the results of {settings.Owner} have a column '{item.Value}' already; rename the key with a `select` module before the window");
            }
        }
    }
}
