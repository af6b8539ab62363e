using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Windows;

/// <summary>Reads <c>aggregates</c>: binds names to columns and checks types; every mistake at its token.</summary>
internal sealed class AggregateReader(Settings settings, Schema schema)
{
    private static readonly string[] s_functions =
        ["count", "sum", "min", "max", "mean", "variance", "stddev", "first", "last", "count_distinct", "quantile"];

    private readonly List<AggregateSpec> _specs = [];
    private readonly List<(string Name, ColumnType Type)> _results = [];

    /// <summary>Each result's column, also of what could not be bound: its name is known, and perhaps its type.</summary>
    public IReadOnlyList<(string Name, ColumnType Type)> Results => _results;

    /// <param name="taken">Names that results have already: the window's times and the keys.</param>
    public IReadOnlyList<AggregateSpec> Read(IReadOnlyCollection<string> taken)
    {
        if (!settings.Has("aggregates"))
        {
            settings.Missing("aggregates");
            return [];
        }

        if (settings.MapOf("aggregates") is not { } map)
        {
            return [];
        }

        if (map.Count == 0)
        {
            settings.Error(map, "bad_value", $"'aggregates' of {settings.Owner} needs at least one, such as count: count()");
        }

        foreach (ConfigEntry entry in map)
        {
            if (entry.Key.Length == 0)
            {
                settings.Errors.Add(entry.KeyPlace, "bad_key", $"an aggregate of {settings.Owner} has a name");
            }

            if (taken.Contains(entry.Key))
            {
                settings.Errors.Add(entry.KeyPlace, "duplicate_column", $"the results of {settings.Owner} have a column '{entry.Key}' already; give the aggregate another name");
            }

            int before = _specs.Count;
            if (entry.Value is ConfigScalar { IsNull: false } scalar)
            {
                Read(entry.Key, scalar);
            }
            else
            {
                settings.Error(entry.Value, "bad_value", $"aggregate '{entry.Key}' is a text such as mean(column)");
            }

            _results.Add((entry.Key, _specs.Count > before ? _specs[before].ResultType : ColumnType.Unknown));
        }

        return _specs;
    }

    private void Read(string name, ConfigScalar scalar)
    {
        if (AggregateText.Parse(scalar, name, settings.Errors) is not { } text)
        {
            return;
        }

        if (!s_functions.Contains(text.Function))
        {
            int at = scalar.Value.Length - scalar.Value.TrimStart().Length;
            Error(scalar, at, "unknown_function", $"there is no aggregate '{text.Function}'{Spelling.Suggest(text.Function, s_functions)}");
            return;
        }

        int most = text.Function == "quantile" ? 2 : 1;
        int least = text.Function == "count" ? 0 : most;
        if (text.Arguments.Count < least)
        {
            Error(scalar, text.End, "bad_aggregate", text.Function == "quantile"
                ? "quantile takes a column and a share from 0 to 1, such as quantile(column, 0.95)" : $"{text.Function} takes a column, such as {text.Function}(column)");
            return;
        }

        if (text.Arguments.Count > most)
        {
            Error(scalar, text.Arguments[most].Place, "bad_aggregate", $"{text.Function} takes {(most == 1 ? "one column" : "a column and a share")}, nothing more");
            return;
        }

        Field? column = null;
        bool bound = text.Arguments.Count == 0 || TryBind(scalar, text, out column);
        bool shared = TryShare(scalar, text, out double share);
        if (bound && shared)
        {
            _specs.Add(new AggregateSpec(name, text.Function, column, share));
        }
    }

    private bool TryBind(ConfigScalar scalar, AggregateText text, out Field? column)
    {
        AggregateArgument argument = text.Arguments[0];
        column = null;
        if (argument.Number is not null)
        {
            Error(scalar, argument.Place, "bad_aggregate", $"{text.Function} takes a column, not a number");
            return false;
        }

        if (!schema.TryFind(argument.Text, out Field field))
        {
            if (!schema.IsIncomplete)
            {
                Error(scalar, argument.Place, "unknown_column", $"'{argument.Text}' is no column{Spelling.Suggest(argument.Text, schema.Fields.Select(f => f.Name))}");
            }

            return false;
        }

        bool needsNumber = text.Function is "sum" or "mean" or "variance" or "stddev" or "quantile";
        if (needsNumber && !field.Type.IsNumber && field.Type.Kind != ColumnKind.Unknown)
        {
            Error(scalar, argument.Place, "bad_type", $"{text.Function} takes a number; '{field.Name}' is {field.Type}");
            return false;
        }

        schema.Dependencies.Read(field.Ordinal);
        column = field;
        return field.Type.Kind != ColumnKind.Unknown;
    }

    private bool TryShare(ConfigScalar scalar, AggregateText text, out double share)
    {
        share = 0;
        if (text.Function != "quantile")
        {
            return true;
        }

        AggregateArgument argument = text.Arguments[1];
        share = argument.Number ?? -1;
        if (share is >= 0 and <= 1)
        {
            return true;
        }

        Error(scalar, argument.Place, "bad_value", $"the share of a quantile is a number from 0 to 1, not '{argument.Text}'");
        return false;
    }

    private void Error(ConfigScalar scalar, int offset, string code, string message) => settings.Errors.Add(scalar.PlaceAt(offset), code, message);
}
