using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>The harness for modules of programs: it passes honest ones and finds each planted bug, and only that one.</summary>
public sealed class ModuleTestTests
{
    private static readonly string[] s_records = [.. Enumerable.Range(0, 100).Select(i => $"{{\"k\":{i % 7},\"v\":{i}}}")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_honest_module_is_clean_and_its_rows_are_there()
    {
        ModuleTestReport report = await Test(_ => new Doubling()).RunAsync(["{\"k\":1,\"v\":2}", "{\"k\":1,\"v\":-3}", "{\"k\":1,\"v\":\"x\"}"], Cancellation);
        Assert.True(report.IsClean, report.ToString());
        report.ThrowIfNotClean();
        Assert.Equal(["{\"k\":1,\"v\":4}"], report.Rows);
        Assert.Contains("bad_type", Assert.Single(report.Dead), StringComparison.Ordinal);
        Assert.Equal((3, 1, 1, 1), (report.Ledger.In, report.Ledger.Out, report.Ledger.Filtered, report.Ledger.Dead));
    }

    [Theory]
    [InlineData(Scope.Ordered, false)]
    [InlineData(Scope.Keyed, true)]
    [InlineData(Scope.Keyed, false)]
    public async Task State_that_is_said_is_no_problem(Scope scope, bool tellsKey)
    {
        ModuleTestReport report = await Test(_ => new Counting(scope, tellsKey)).RunAsync(s_records, Cancellation);
        Assert.True(report.IsClean, report.ToString());
    }

    [Fact]
    public async Task State_of_a_stateless_module_is_found()
    {
        ModuleTestReport report = await Test(_ => new Counting(Scope.Stateless, tellsKey: false)).RunAsync(s_records, Cancellation);
        Assert.All(report.Problems, p => Assert.Contains("it is Stateless, and keeps something from row to row", p, StringComparison.Ordinal));
        Assert.Equal(3, report.Problems.Count);
        Assert.StartsWith("2 lanes, partition_size 64, payload_size 4KiB: row ", report.Problems[0], StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(report.ThrowIfNotClean);
    }

    [Fact]
    public async Task State_over_more_than_the_key_is_found()
    {
        ModuleTestReport report = await Test(_ => new Counting(Scope.Keyed, tellsKey: true) { CountsAll = true }).RunAsync(s_records, Cancellation);
        Assert.NotEmpty(report.Problems);
        Assert.All(report.Problems, p => Assert.Contains("Key lacks a column", p, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_module_that_depends_on_the_batch_is_found()
    {
        ModuleTestReport report = await Test(_ => new BatchSum()).RunAsync(s_records, Cancellation);
        Assert.NotEmpty(report.Problems);
        Assert.All(report.Problems, p => Assert.Contains("which rows share a batch", p, StringComparison.Ordinal));
        Assert.All(report.Problems, p => Assert.StartsWith("1 lane, ", p, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_module_that_keeps_something_beyond_its_instance_is_found()
    {
        Static.Count = 0;
        ModuleTestReport report = await Test(_ => new Static()).RunAsync(s_records, Cancellation);
        string problem = Assert.Single(report.Problems);
        Assert.Contains("two runs over the same rows differ", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_that_allocates_is_found()
    {
        ModuleTestReport report = await Test(_ => new Boxing()).RunAsync(s_records, Cancellation);
        string problem = Assert.Single(report.Problems);
        Assert.StartsWith("Process allocates: ", problem, StringComparison.Ordinal);
        Assert.Equal(24, report.BytesPerRow, 1.0); // a box for each row
    }

    [Fact]
    public async Task A_condition_that_allocates_is_found()
    {
        var test = new ModuleTest(schema =>
        {
            Column<long> value = schema.Int64("v");
            return (in Row row) => row[value].ToString(System.Globalization.CultureInfo.InvariantCulture).Length > 1;
        }) { Schema = [new("k", "int64"), new("v", "int64")] };
        ModuleTestReport report = await test.RunAsync([.. s_records.Select(r => r.Replace("\"v\":", "\"v\":98765", StringComparison.Ordinal))], Cancellation);
        Assert.StartsWith("Process allocates: ", Assert.Single(report.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_that_throws_is_a_problem_and_one_that_cannot_be_bound_an_error()
    {
        ModuleTestReport report = await Test(_ => new Throwing()).RunAsync(s_records, Cancellation);
        Assert.Contains("ended with 70", Assert.Single(report.Problems), StringComparison.Ordinal);
        ModuleTest test = new(_ => new Doubling()) { Schema = [new("other", "int64")] };
        Assert.Contains("'v'", (await Assert.ThrowsAsync<ConfigException>(() => test.RunAsync(s_records, Cancellation))).Message, StringComparison.Ordinal);
    }

    private static ModuleTest Test(Func<ModuleContext, Module> create) => new(create) { Schema = [new("k", "int64"), new("v", "int64")] };

    private abstract class OnValues : Module
    {
        protected Column<long> Value { get; private set; }

        public override void Bind(Schema schema) => Value = schema.Int64("v");
    }

    /// <summary>Doubles what is positive, drops the rest.</summary>
    private sealed class Doubling : OnValues
    {
        public override void Process(Batch batch)
        {
            Span<long> values = batch.Values(Value);
            foreach (int row in batch.Rows)
            {
                values[row] *= 2;
                if (values[row] < 0)
                {
                    batch.Drop(row);
                }
            }
        }
    }

    /// <summary>Numbers the rows: all of them, or those of each key.</summary>
    private sealed class Counting(Scope scope, bool tellsKey) : OnValues
    {
        private readonly long[] _counts = new long[7];
        private Column<long> _key;
        private IReadOnlyList<Field>? _fields;

        public bool CountsAll { get; init; }

        public override Scope Scope => scope;

        public override IReadOnlyList<Field>? Key => tellsKey ? _fields : null;

        public override void Bind(Schema schema)
        {
            base.Bind(schema);
            _fields = [schema.Read("k", ColumnKind.Int64)];
            _key = schema.Int64("k");
        }

        public override void Process(Batch batch)
        {
            foreach (int row in batch.Rows)
            {
                batch.Values(Value)[row] = ++_counts[CountsAll ? 0 : batch.Values(_key)[row]];
            }
        }
    }

    /// <summary>Numbers the rows of all runs.</summary>
    private sealed class Static : OnValues
    {
        public static long Count { get; set; }

        public override Scope Scope => Scope.Ordered;

        public override void Process(Batch batch)
        {
            foreach (int row in batch.Rows)
            {
                batch.Values(Value)[row] = ++Count;
            }
        }
    }

    /// <summary>Adds up the rows of a batch.</summary>
    private sealed class BatchSum : OnValues
    {
        public override void Process(Batch batch)
        {
            long sum = 0;
            foreach (int row in batch.Rows)
            {
                batch.Values(Value)[row] = sum += batch.Values(Value)[row];
            }
        }
    }

    private sealed class Boxing : OnValues
    {
        private object? _last;

        public override void Process(Batch batch)
        {
            foreach (int row in batch.Rows)
            {
                _last = batch.Values(Value)[row];
            }

            GC.KeepAlive(_last);
        }
    }

    private sealed class Throwing : OnValues
    {
        public override void Process(Batch batch) => throw new InvalidOperationException("a bug");
    }
}
