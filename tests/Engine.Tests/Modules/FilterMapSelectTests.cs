using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using Xunit;

namespace DataStream.Tests.Modules;

public sealed class FilterMapSelectTests
{
    private readonly ConfigErrors _errors = new();
    private readonly Schema _schema = new();

    public FilterMapSelectTests()
    {
        _schema.AddInt64("v");
        _schema.AddInt64("w");
        _schema.AddText("note");
    }

    private IEnumerable<string> Names => _schema.Fields.Select(f => f.Name);

    [Fact]
    public void A_filter_keeps_rows_whose_condition_is_true()
    {
        var filter = new FilterModule(Context(new() { ["where"] = "v > 2 or v < 0" }));
        filter.Bind(_schema);
        using Batch batch = MakeBatch([3, 2, null, -1], [0, 0, 0, 0]);
        filter.Process(batch);
        Assert.Equal(0b1001UL, batch.Selection[0]);
        Assert.Equal([0], _schema.Dependencies.Reads);
        Assert.Equal(Bucket.Filtered, filter.Drops);
        Assert.Equal(0, _errors.Count);
    }

    [Fact]
    public void A_map_goes_in_order_and_replaces_in_place()
    {
        var map = new MapModule(Context(new() { ["set"] = new ConfigMap { ["v"] = "v + 1", ["u"] = "v * 10", ["w"] = "u + w" } }));
        map.Bind(_schema);
        Assert.Equal(["v", "w", "note", "u"], Names);
        using Batch batch = MakeBatch([1, null], [5, 5]);
        map.Process(batch);
        Assert.Equal(["2", "25", "20"], [Show(batch, "v", 0), Show(batch, "w", 0), Show(batch, "u", 0)]);
        Assert.Equal(["", "", ""], [Show(batch, "v", 1), Show(batch, "w", 1), Show(batch, "u", 1)]);
        Assert.Empty(_schema.Dependencies.Reads);
        Assert.Equal(["3:0", "4:3", "5:1,4"], _schema.Dependencies.Derivations.Select(d => $"{d.Target}:{string.Join(',', d.Sources)}"));
        Assert.Equal(0, _errors.Count);
    }

    [Fact]
    public void A_column_that_nobody_needs_is_not_worked_out()
    {
        var map = new MapModule(Context(new() { ["set"] = new ConfigMap { ["a"] = "v % w", ["b"] = "v + w" } }));
        map.Bind(_schema);
        Field needed = _schema.Fields.Single(f => f.Name == "b");
        _schema.Dependencies.SetNeeded([needed.Ordinal]);
        using Batch batch = MakeBatch([1], [0]);
        map.Process(batch);
        Assert.Equal(0, batch.CountDead());
        Assert.Equal("1", Show(batch, "b", 0));
    }

    [Fact]
    public void A_map_kills_where_arithmetic_fails()
    {
        var map = new MapModule(Context(new() { ["set"] = new ConfigMap { ["a"] = "v % w" } }));
        map.Bind(_schema);
        using Batch batch = MakeBatch([7, 7, 9], [4, 0, 5]);
        batch.Stage = 3;
        map.Process(batch);
        Assert.Equal(0b101UL, batch.Selection[0]);
        Assert.Equal((DeadReason.BadArithmetic, 3, -1), batch.DeathOf(1));
    }

    [Fact]
    public void A_select_orders_and_renames()
    {
        var select = new SelectModule(Context(new() { ["fields"] = (string[])["w", "v"], ["rename"] = new ConfigMap { ["w"] = "v", ["v"] = "w" } }));
        select.Bind(_schema);
        Assert.Equal(["v:1", "w:0"], _schema.Fields.Select(f => $"{f.Name}:{f.Ordinal}"));
        Assert.Equal(0, _errors.Count);
    }

    [Fact]
    public void A_select_without_fields_keeps_all()
    {
        var select = new SelectModule(Context(new() { ["rename"] = new ConfigMap { ["note"] = "remark" } }));
        select.Bind(_schema);
        Assert.Equal(["v", "w", "remark"], Names);
        Assert.Equal(0, _errors.Count);
    }

    [Fact]
    public void Mistakes_are_told_at_their_characters_and_once()
    {
        Bind(new MapModule(Context(new() { ["set"] = new ConfigMap { ["a"] = At("v + missing", 5), ["b"] = At("a + 1", 6), ["c"] = At("note + 1", 7) } })));
        Bind(new FilterModule(Context(new() { ["where"] = At("a > b", 8) })));
        Bind(new FilterModule(Context(new() { ["where"] = At(" v + w", 9) })));
        Bind(new FilterModule(Context(new() { ["where"] = At("v >", 10), ["wher"] = At("x", 11) })));
        Bind(new FilterModule(Context([])));
        Assert.Equal(
            ["f:1:1 missing_key", "f:5:14 unknown_column", "f:7:10 bad_type", "f:9:11 bad_type", "f:10:13 bad_expression", "f:11:1 unknown_key"],
            _errors.Sorted().Select(e => $"{e.Place} {e.Code}"));
    }

    [Fact]
    public void Mistakes_of_a_select_are_told_where_they_stand()
    {
        var fields = new ConfigList { At("v", 5), At("vv", 6), At("w", 7), At("v", 8) };
        Bind(new SelectModule(Context(new() { ["fields"] = fields, ["rename"] = new ConfigMap { ["v"] = At("w", 9) } })));
        Assert.True(_schema.IsIncomplete);
        Bind(new SelectModule(Context(new() { ["fields"] = new ConfigList { At("gone", 10) } })));
        Assert.Equal(["f:6:10 unknown_column", "f:8:10 duplicate_column", "f:9:10 duplicate_column"], _errors.Sorted().Select(e => $"{e.Place} {e.Code}"));
    }

    [Fact]
    public void An_expression_from_a_secret_is_not_shown()
    {
        ConfigScalar secret = new("hunter2 > 1") { Place = new Place("f", 5, 10), IsSecret = true, Shown = "${secret:env:X}" };
        Bind(new FilterModule(Context(new() { ["where"] = secret })));
        Assert.DoesNotContain("hunter2", _errors.Sorted().Single().Message, StringComparison.Ordinal);
    }

    private static ConfigScalar At(string text, int line) => new(text) { Place = new Place("f", line, 10) };

    private void Bind(Module module) => module.Bind(_schema);

    private ModuleContext Context(ConfigMap settings)
    {
        var placed = new ConfigMap();
        foreach (ConfigEntry entry in settings)
        {
            placed.Add(entry with { KeyPlace = entry.Value.Place with { Column = 1 } });
        }

        return new ModuleContext("m", new Settings("module 'm'", new Place("f", 1, 1), placed, _errors), new MemoryBudget(1 << 20).Open("m"));
    }

    private Batch MakeBatch(long?[] v, long?[] w)
    {
        var batch = new Batch(_schema.Storage, 64, new TextArena(static _ => { }));
        batch.SetCount(v.Length);
        for (int row = 0; row < v.Length; row++)
        {
            Set(0, row, v[row]);
            Set(1, row, w[row]);
        }

        return batch;

        void Set(int column, int row, long? value)
        {
            batch.Padded<long>(column)[row] = value ?? 77;
            if (value is null)
            {
                batch.SetNull(column, row);
            }
            else
            {
                batch.SetValid(column, row);
            }
        }
    }

    private string Show(Batch batch, string name, int row)
    {
        int column = _schema.Fields.Single(f => f.Name == name).Ordinal;
        return batch.IsNull(column, row) ? "" : batch.Padded<long>(column)[row].ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
