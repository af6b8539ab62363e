using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using Xunit;

namespace DataStream.Tests.Modules;

public sealed class FillAndClampTests
{
    [Fact]
    public void A_constant_takes_the_place_of_nulls_and_of_nothing_else()
    {
        using ModuleBench bench = Fill("v float64", "field", "v", "with", "0");
        Assert.Equal([1.5, 0.0, 0.0, -0.0], bench.Run([[1.5], [null], [0.0], [-0.0]]).Select(r => r[0]));
        Assert.Equal(Scope.Stateless, bench.Module.Scope);
    }

    [Theory]
    [InlineData("int64", "-7", -7L)]
    [InlineData("decimal(2)", "1.5", 150L)]
    [InlineData("decimal(2)", "-0.010", -1L)]
    [InlineData("decimal(18)", "9.2", 9_200_000_000_000_000_000L)]
    [InlineData("bool", "true", true)]
    [InlineData("text", "n/a", "n/a")]
    [InlineData("text", "", "")]
    public void Constants_are_of_the_columns_type(string type, string constant, object expected)
    {
        using ModuleBench bench = Fill("v " + type, "field", "v", "with", constant);
        Assert.Equal([expected, expected], bench.Run([[null], [null]]).Select(r => r[0]));
    }

    [Fact]
    public void A_timestamp_constant_is_written_as_a_timestamp_field_reads_it()
    {
        using ModuleBench bench = Fill("v timestamp", "field", "v", "with", "2026-01-01T00:00:00Z");
        Assert.Equal(new Timestamp(1767225600_000_000), Assert.Single(bench.Run([[null]]))[0]);
    }

    [Theory]
    [InlineData("int64", "1.5")]
    [InlineData("int64", "9223372036854775808")]
    [InlineData("float64", "x")]
    [InlineData("float64", "NaN")]
    [InlineData("float64", "1e999")]
    [InlineData("decimal(2)", "0.001")]
    [InlineData("decimal(18)", "9.3")]
    [InlineData("bool", "1")]
    [InlineData("timestamp", "soon")]
    public void A_wrong_literal_is_an_error_at_its_value(string type, string constant)
    {
        using ModuleBench bench = Fill("v " + type, "field", "v", "with", constant);
        Assert.Equal("3:20", bench.ErrorPlaces());
        using var clamp = new ModuleBench("v " + type, c => new ClampModule(c), ModuleBench.Map("field", "v", "max", constant));
        Assert.Equal(type == "bool" ? "2:20" : "3:20", clamp.ErrorPlaces());
    }

    [Fact]
    public void Previous_is_the_last_value_of_the_key_in_order_of_arrival()
    {
        using ModuleBench bench = Fill("device text, v int64", "field", "v", "with", "previous", "key", new[] { "device" });
        object?[][] rows = [["a", null], ["a", 1L], ["b", null], ["a", null], ["b", 7L], ["a", null], ["a", 3L], ["b", null], ["a", null]];
        Assert.Equal([null, 1L, null, 1L, 7L, 1L, 3L, 7L, 3L], bench.Run(rows).Select(r => r[1]));
        Assert.Equal(Scope.Keyed, bench.Module.Scope);
        Assert.Equal([1, 0], Assert.Single(bench.Schema.Dependencies.Derivations).Sources);
    }

    [Theory]
    [InlineData("int64")]
    [InlineData("float64")]
    [InlineData("bool")]
    [InlineData("text")]
    [InlineData("timestamp")]
    public void Previous_agrees_with_a_dictionary(string type)
    {
        for (int seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            object?[][] rows = [.. Enumerable.Range(0, 1500).Select(_ => new object?[]
            {
                random.Next(4) == 0 ? null : (double)random.Next(-2, 3),
                random.Next(5) == 0 ? null : new string('x', random.Next(3)),
                random.Next(2) == 0 ? null : Value(random, type),
            })];
            var last = new Dictionary<(object?, object?), object>();
            List<object?> expected = [];
            foreach (object?[] row in rows)
            {
                if (row[2] is { } value)
                {
                    last[(row[0], row[1])] = value;
                }

                expected.Add(row[2] ?? last.GetValueOrDefault((row[0], row[1])));
            }

            using ModuleBench bench = Fill("a float64, b text, v " + type, "field", "v", "with", "previous", "key", new[] { "a", "b" });
            Assert.True(expected.SequenceEqual(bench.Run(rows, seed).Select(r => r[2])), $"seed {seed}, {type}");
        }
    }

    [Fact]
    public void Rows_that_are_not_live_leave_no_value_behind()
    {
        using ModuleBench bench = Fill("v int64", "field", "v", "with", "previous");
        Batch batch = bench.Fill([[1L], [2L], [null]]);
        batch.Drop(1);
        bench.Module.Process(batch);
        Assert.True(bench.Schema.TryFind("v", out Field v));
        Assert.Equal(1, batch.Padded<long>(v.Ordinal)[2]);
    }

    [Fact]
    public void Clamp_puts_values_beyond_a_bound_on_it_and_leaves_nulls()
    {
        using ModuleBench bench = Clamp("v float64", "field", "v", "min", "-1", "max", "2.5");
        Assert.Equal([-1.0, -1.0, 0.0, 2.5, 2.5, null], bench.Run([[-1.5], [-1.0], [0.0], [2.5], [2.6], [null]]).Select(r => r[0]));
        using ModuleBench whole = Clamp("v int64", "field", "v", "max", "3");
        Assert.Equal([long.MinValue, 3L], whole.Run([[long.MinValue], [long.MaxValue]]).Select(r => r[0]));
        using ModuleBench money = Clamp("v decimal(2)", "field", "v", "min", "1.5");
        Assert.Equal([150L, 151L], money.Run([[149L], [151L]]).Select(r => r[0]));
        using ModuleBench time = Clamp("v timestamp", "field", "v", "min", "2026-01-01");
        Assert.Equal(new Timestamp(1767225600_000_000), time.Run([[new Timestamp(0)]])[0][0]);
    }

    [Fact]
    public void Clamp_checks_its_bounds()
    {
        Assert.Equal("3:20", Clamp("v int64", "field", "v", "min", "4", "max", "3").ErrorPlaces());
        Assert.Equal("1:1", Clamp("v int64", "field", "v").ErrorPlaces());
        Assert.Equal("2:20", Clamp("v text", "field", "v", "min", "4").ErrorPlaces());
        Assert.Equal("3:20 4:20", Clamp("v int64", "field", "v", "min", "a", "max", "b").ErrorPlaces());
        Assert.Equal("2:3", Clamp("v int64", "feild", "v", "min", "1").ErrorPlaces());
    }

    [Fact]
    public void An_unknown_column_is_suggested_and_silent_behind_a_module_that_failed()
    {
        using ModuleBench bench = Fill("device text, v int64", "field", "v", "with", "previous", "key", new[] { "devcie" });
        ConfigError error = Assert.Single(bench.Errors.Sorted());
        Assert.Equal("4:21", $"{error.Place.Line}:{error.Place.Column}");
        Assert.Contains("did you mean 'device'", error.Message, StringComparison.Ordinal);

        var errors = new ConfigErrors();
        var context = new ModuleContext("m", new Settings("module 'm'", Place.Code, ModuleBench.Map("field", "gone", "with", "0"), errors), new MemoryBudget(1000).Open("m"));
        using var module = new FillModule(context);
        module.Bind(new Schema { IsIncomplete = true });
        Assert.Equal(0, errors.Count);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        object?[][] rows = [.. Enumerable.Range(0, 300).Select(i => new object?[] { "key" + (i % 11), i % 3 == 0 ? null : "value" + i })];
        using ModuleBench previous = Fill("k text, v text", "field", "v", "with", "previous", "key", new[] { "k" });
        ModuleAllocation.IsNothing(previous, rows);
        using ModuleBench constant = Fill("k text, v text", "field", "v", "with", "-");
        ModuleAllocation.IsNothing(constant, rows);
        using ModuleBench clamp = Clamp("v float64", "field", "v", "min", "1", "max", "2");
        ModuleAllocation.IsNothing(clamp, [[0.5], [null], [1.5]]);
    }

    private static object Value(Random random, string type) => type switch
    {
        "int64" => random.NextInt64(),
        "float64" => random.NextDouble(),
        "bool" => random.Next(2) == 0,
        "text" => new string((char)('a' + random.Next(26)), random.Next(100)),
        _ => new Timestamp(random.Next()),
    };

    private static ModuleBench Fill(string schema, params object[] settings) => new(schema, c => new FillModule(c), ModuleBench.Map(settings));

    private static ModuleBench Clamp(string schema, params object[] settings) => new(schema, c => new ClampModule(c), ModuleBench.Map(settings));
}
