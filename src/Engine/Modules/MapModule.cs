using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Expressions;

namespace DataStream.Modules;

/// <summary><c>map: {set: {name: expression}}</c>: in order, a later one sees an earlier one; an existing name is replaced in its place.</summary>
/// <remarks>A column that nothing needs is not worked out: its sources were not decoded.</remarks>
public sealed class MapModule : Module, IDisposable
{
    private readonly List<(string Name, ExpressionSetting Formula)> _entries = [];
    private (BoundExpression Formula, int Target)[] _steps = [];
    private Dependencies _dependencies = new();

    public MapModule(ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Settings settings = context.Settings;
        if (!settings.Has("set"))
        {
            settings.Missing("set");
        }

        ConfigMap set = settings.MapOf("set") ?? [];
        if (set.Count == 0 && settings.Map["set"] is ConfigMap empty)
        {
            settings.Error(empty, "bad_value", $"'set' of {settings.Owner} needs at least one column, such as celsius: \"(fahrenheit - 32) / 1.8\"");
        }

        foreach (ConfigEntry entry in set)
        {
            if (entry.Key.Length == 0)
            {
                settings.Errors.Add(entry.KeyPlace, "bad_key", $"a column that {settings.Owner} sets has a name");
            }

            switch (entry.Value)
            {
                // An unquoted null is the literal.
                case ConfigScalar { IsNull: true, Value: "null" } or ConfigScalar { IsNull: false }:
                    _entries.Add((entry.Key, ExpressionSetting.Parse((ConfigScalar)entry.Value, settings.Errors)));
                    break;
                default:
                    settings.Error(entry.Value, "bad_value", $"'{entry.Key}' of {settings.Owner} takes an expression");
                    break;
            }
        }

        settings.RejectUnknown();
    }

    public override void Bind(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        _dependencies = schema.Dependencies;
        List<(BoundExpression, int)> steps = [];
        foreach ((string name, ExpressionSetting formula) in _entries)
        {
            BoundExpression? bound = formula.Bind(schema, recordReads: false);
            Field field = schema.Add(name, bound?.Type ?? ColumnType.Unknown);
            if (bound is not null)
            {
                schema.Dependencies.Derive(field.Ordinal, [.. bound.Reads]);
                steps.Add((bound, field.Ordinal));
            }
        }

        _steps = [.. steps];
    }

    public override void Process(Batch batch)
    {
        foreach ((BoundExpression formula, int target) in _steps)
        {
            if (_dependencies.IsNeeded(target))
            {
                formula.Evaluate(batch, target);
            }
        }
    }

    public void Dispose()
    {
        foreach ((BoundExpression formula, _) in _steps)
        {
            formula.Dispose();
        }
    }
}
