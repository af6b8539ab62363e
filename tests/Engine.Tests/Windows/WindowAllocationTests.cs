using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Windows;
using Xunit;

namespace DataStream.Tests.Windows;

/// <summary>Windows that open, fold, grow, close and open again allocate nothing managed.</summary>
public sealed class WindowAllocationTests
{
    public static TheoryData<string> Kinds { get; } = ["tumbling", "hopping", "session", "count"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Steady_state_allocates_nothing(string kind)
    {
        // As every run does before its first payload: the class library makes a sorter at the first list that is sorted.
        ColdPaths.Touch();
        ConfigNode value = kind switch
        {
            "tumbling" => "1ms",
            "hopping" => new ConfigMap { { "size", "2ms" }, { "every", "1ms" } },
            "session" => new ConfigMap { { "gap", "40us" } },
            _ => 50L,
        };
        string[] aggregates =
        [
            "count()", "sum(v)", "mean(n)", "stddev(v)", "min(s)", "max(s)", "first(s)", "last(v)", "count_distinct(s)", "count_distinct(n)", "quantile(v, 0.9)", "sum(c)",
        ];
        var errors = new ConfigErrors();
        Schema schema = WindowRun.TestSchema();
        WindowPlan plan = WindowPlan.Create(new Settings("w", Place.Code, WindowTests.Settings(kind, value, ["k", "n"], aggregates), errors), schema, true, 100, 0)!;
        var memory = new MemoryBudget(1L << 30);
        MemoryBudget.Account account = memory.Open("w");
        using WindowOperator lane = plan.CreateOperator(account);
        using var arena = new TextArena(_ => { });
        using var batch = new Batch(schema.Storage, 256, arena);
        using var results = new Discarded(plan.ResultSchema());
        WindowOperator[] lanes = [lane];
        var late = new ulong[4];
        byte[][] names = [.. Enumerable.Range(0, 40).Select(i => System.Text.Encoding.ASCII.GetBytes(i % 2 == 0 ? $"dev-{i}" : $"a device with a long name {i}"))];
        long now = 0;
        long allocated = 0;
        for (int round = 0; round < 250; round++)
        {
            long earlier = now;
            Fill(batch, arena, names, round, ref now);
            long before = GC.GetAllocatedBytesForCurrentThread();
            lane.Fold(batch, late, results);
            if (lane.Closes(earlier, now))
            {
                lane.Close(lanes, now, results);
            }

            allocated += round < 20 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
            arena.Reset();
        }

        Assert.True(results.Rows > 1000, $"{results.Rows} rows");
        Assert.Equal(0, allocated);
        lane.Dispose();
        Assert.Equal(0, account.Charged);
    }

    private static void Fill(Batch batch, TextArena arena, byte[][] names, int round, ref long now)
    {
        batch.SetCount(256);
        batch.PayloadNumber = round;
        for (int row = 0; row < 256; row++)
        {
            batch.EarlierMax[row] = now - 1;
            now++;
            batch.EventTimes[row] = now - (row * 31 % 90);
            int name = ((row * 7) + round) % names.Length;
            batch.Values(new Column<Text>(1))[row] = arena.Append(names[name]);
            batch.Values(new Column<long>(2))[row] = row % 3;
            batch.Values(new Column<double>(3))[row] = row == 13 ? 1e300 : row / 4.0;
            batch.Values(new Column<long>(4))[row] = row;
            batch.Values(new Column<Text>(6))[row] = arena.Append(names[(name * 3) % names.Length]);
            for (int column = 0; column < 7; column++)
            {
                batch.SetValid(column, row);
            }
        }
    }

    private sealed class Discarded : WindowResults, IDisposable
    {
        private readonly TextArena _arena = new(_ => { });

        public Discarded(Schema schema)
        {
            _arena.Append(new byte[1 << 20]); // as large as it will be
            _arena.Reset();
            Batch = new Batch(schema.Storage, 256, _arena);
            Batch.SetCount(256);
        }

        public override Batch Batch { get; }

        public long Rows { get; private set; }

        public override void Fault(int result)
        {
        }

        public void Dispose()
        {
            Batch.Dispose();
            _arena.Dispose();
        }

        protected override void Send(int count)
        {
            Rows += count;
            _arena.Reset();
        }
    }
}
