using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using Xunit;

namespace DataStream.Tests.Modules;

/// <summary>Binds one module to a schema and sends rows of boxed values through it in batches: long, double, bool, Timestamp, string, or null.</summary>
internal sealed class ModuleBench : IDisposable
{
    private readonly TextArena _arena;
    private readonly List<Field> _input;
    private Batch? _batch;
    private readonly Func<Module> _another;
    private long _highest = long.MinValue;

    public ModuleBench(string schema, Func<ModuleContext, Module> make, ConfigMap settings, string? eventTime = null, long disorder = 0, long budget = 1L << 40)
    {
        Account = new MemoryBudget(budget).Open("m");
        var context = new ModuleContext("m", new Settings("module 'm'", new Place("file", 1, 1), settings, Errors), Account)
        {
            HasEventTime = eventTime is not null,
            MaxOutOfOrderness = disorder,
        };
        foreach (string column in schema.Split(", "))
        {
            string[] parts = column.Split(' ');
            Assert.True(ColumnType.TryParse(parts[1], out ColumnType type));
            Schema.Add(parts[0], type);
        }

        _input = [.. Schema.Fields];
        EventTime = eventTime is null ? -1 : _input.FindIndex(f => f.Name == eventTime);
        _arena = new TextArena(_ => { });
        _another = () =>
        {
            Module module = make(context);
            var own = new Schema();
            _input.ForEach(field => own.Add(field.Name, field.Type));
            module.Bind(own);
            return module;
        };
        Module = make(context);
        if (Errors.Count == 0)
        {
            Module.Bind(Schema);
        }
    }

    public ConfigErrors Errors { get; } = new();

    public MemoryBudget.Account Account { get; }

    public Schema Schema { get; } = new();

    public Module Module { get; private set; }

    public int EventTime { get; }

    public List<int> Dropped { get; } = [];

    public List<(int Row, string Reason)> Killed { get; } = [];

    /// <summary>Settings from pairs: a string is a scalar, a string[] a list, other values their text.</summary>
    public static ConfigMap Map(params object[] pairs)
    {
        var map = new ConfigMap { Place = new Place("file", 1, 1) };
        for (int i = 0; i < pairs.Length; i += 2)
        {
            // The value of the n-th pair stands in line n + 2, an item of a list at its own column.
            ConfigNode node = pairs[i + 1] is string[] items
                ? ListOf(items, i / 2)
                : new ConfigScalar(Convert.ToString(pairs[i + 1], CultureInfo.InvariantCulture)!) { Place = new Place("file", (i / 2) + 2, 20) };
            map.Add(new ConfigEntry((string)pairs[i], new Place("file", (i / 2) + 2, 3), node));
        }

        return map;
    }

    /// <summary>
    /// Sends all rows through in batches of random sizes, and returns the live ones as they came out, column by column as now visible. In half of the runs
    /// another instance goes on between batches, now and then, with the state of the one before.
    /// </summary>
    public List<object?[]> Run(IReadOnlyList<object?[]> rows, int seed = 1)
    {
        Assert.Empty(Errors.Sorted());
        var random = new Random(seed);
        bool moves = Module is IStateful && Module.Scope != Scope.Stateless && random.Next(2) == 0;
        var result = new List<object?[]>();
        for (int from = 0; from < rows.Count;)
        {
            int count = Math.Min(random.Next(1, 300), rows.Count - from);
            if (moves && random.Next(3) == 0)
            {
                Move();
            }

            Batch batch = Fill(rows.Skip(from).Take(count).ToList());
            Module.Process(batch);
            for (int row = 0; row < count; row++)
            {
                if (batch.IsLive(row))
                {
                    result.Add([.. Schema.Fields.Select(f => Get(batch, f, row))]);
                }
                else if ((batch.Dead[row >> 6] >> row & 1) != 0)
                {
                    Killed.Add((from + row, batch.DeathOf(row).Reason.Name));
                }
                else
                {
                    Dropped.Add(from + row);
                }
            }

            from += count;
        }

        return result;
    }

    private void Move()
    {
        using var image = new StateImage(Account.Charge);
        var walk = new StateWalk();
        walk.Save((IStateful)Module, image);
        (Module as IDisposable)?.Dispose();
        Module = _another();
        walk.Load((IStateful)Module, image);
    }

    /// <summary>One batch with these rows, event times and their running maximum filled; the arena is reset as for a new payload.</summary>
    public Batch Fill(IReadOnlyList<object?[]> rows)
    {
        _batch ??= new Batch(Schema.Storage, 320, _arena);
        _arena.Reset();
        _batch.SetCount(rows.Count);
        for (int column = 0; column < _input.Count; column++)
        {
            _batch.Validity(_input[column].Ordinal).Clear();
            for (int row = 0; row < rows.Count; row++)
            {
                if (rows[row][column] is { } value)
                {
                    Set(_batch, _input[column], row, value);
                }
            }
        }

        for (int row = 0; EventTime >= 0 && row < rows.Count; row++)
        {
            _batch.EarlierMax[row] = _highest;
            _batch.EventTimes[row] = ((Timestamp)rows[row][EventTime]!).Microseconds;
            _highest = Math.Max(_highest, _batch.EventTimes[row]);
        }

        return _batch;
    }

    public string ErrorPlaces() => string.Join(" ", Errors.Sorted().Select(e => $"{e.Place.Line}:{e.Place.Column}"));

    public void Dispose()
    {
        (Module as IDisposable)?.Dispose();
        _batch?.Dispose();
        _arena.Dispose();
    }

    private static ConfigList ListOf(string[] items, int pair)
    {
        var list = new ConfigList { Place = new Place("file", pair + 2, 20) };
        for (int i = 0; i < items.Length; i++)
        {
            list.Add(new ConfigScalar(items[i]) { Place = new Place("file", pair + 2, 21 + i) });
        }

        return list;
    }

    private static void Set(Batch batch, Field field, int row, object value)
    {
        batch.SetValid(field.Ordinal, row);
        switch (field.Type.Kind)
        {
            case ColumnKind.Float64:
                batch.Padded<double>(field.Ordinal)[row] = (double)value;
                break;
            case ColumnKind.Bool:
                batch.Padded<bool>(field.Ordinal)[row] = (bool)value;
                break;
            case ColumnKind.Timestamp:
                batch.Padded<long>(field.Ordinal)[row] = ((Timestamp)value).Microseconds;
                break;
            case ColumnKind.Text:
                batch.Padded<Text>(field.Ordinal)[row] = batch.Arena.Append(Encoding.UTF8.GetBytes((string)value));
                break;
            default:
                batch.Padded<long>(field.Ordinal)[row] = (long)value;
                break;
        }
    }

    private static object? Get(Batch batch, Field field, int row) => batch.IsNull(field.Ordinal, row) ? null : field.Type.Kind switch
    {
        ColumnKind.Float64 => batch.Padded<double>(field.Ordinal)[row],
        ColumnKind.Bool => batch.Padded<bool>(field.Ordinal)[row],
        ColumnKind.Timestamp => new Timestamp(batch.Padded<long>(field.Ordinal)[row]),
        ColumnKind.Text => Encoding.UTF8.GetString(batch.Bytes(batch.Padded<Text>(field.Ordinal)[row])),
        _ => batch.Padded<long>(field.Ordinal)[row],
    };
}
