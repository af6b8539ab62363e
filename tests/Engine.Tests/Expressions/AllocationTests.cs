using System;
using System.Linq;
using DataStream.Batches;
using DataStream.Expressions;
using Xunit;

namespace DataStream.Tests.Expressions;

public sealed class AllocationTests
{
    [Theory]
    [InlineData("i * 2 + 1 > 10 and f between -5 and 150 or not b")]
    [InlineData("if(f > 0, i % 7, coalesce(i, -1))")]
    [InlineData("f * 1.8 + 32 - sqrt(abs(f)) / exp(log(f)) % 3")]
    [InlineData("round(f, 2) + floor(f) + ceil(f) + round(f) + round(i, -2)")]
    [InlineData("concat(upper(t), '-', lower(t), text(i), text(f), text(at), text(d), text(b))")]
    [InlineData("starts_with(trim(t), 'a') or contains(t, 'é') or ends_with(t, t) or length(t) > 3")]
    [InlineData("t in ('a', 'b') or i + 0 in (1, 2.5) or f in (1, i) or d in (9.99, i, f)")]
    [InlineData("float64(t) + int64(t) + int64(f) + int64(d) + int64(b)")]
    [InlineData("timestamp(t) - at > 1h or timestamp(i) < timestamp(f) or truncate(at, 1h) + 5m < at")]
    [InlineData("hour(at) + day(at) + weekday(at) + least(i, 5, f) + greatest(i, 3)")]
    [InlineData("d + d > d or d * 2 > i or least(d, 1.5) == 1.5")]
    public void Evaluation_allocates_nothing_after_the_first_batch(string text)
    {
        using var table = new ExpressionTable("i: int64, f: float64, t: text, b: bool, at: timestamp, d: decimal(2)",
            [.. Enumerable.Range(0, 20).Select(n => $"{(n % 9 == 0 ? "" : n)},{n - 50}.25,{(n % 3 == 0 ? "Éa" : n % 7 == 0 ? "" : n)},{(n % 2 == 0 ? "true" : "false")},2026-01-{1 + (n % 28):00},{n}.99")]);
        BoundExpression bound = ExpressionTable.Bind(text, table.Schema);
        int target = table.Schema.AddHidden(bound.Type);
        using Batch batch = table.MakeBatch();
        int mark = batch.Arena.Length;
        var matches = new ulong[batch.Words];
        long before = 0;
        for (int i = 0; i < 1_100; i++)
        {
            if (i == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            bound.Evaluate(batch, target);
            if (bound.Type.Kind == ColumnKind.Bool)
            {
                bound.Matches(batch, matches);
            }

            batch.Arena.Reset(mark);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_is_no_text_leaves_nothing_in_the_arena()
    {
        using var table = new ExpressionTable("t: text", "a", "B", "c");
        BoundExpression bound = ExpressionTable.Bind("length(concat(upper(t), t)) > 1", table.Schema);
        int target = table.Schema.AddHidden(bound.Type);
        using Batch batch = table.MakeBatch();
        int mark = batch.Arena.Length;
        bound.Evaluate(batch, target);
        bound.Matches(batch, new ulong[batch.Words]);
        bound.Filter(batch);
        Assert.Equal(mark, batch.Arena.Length);
        Assert.Equal(3, batch.CountLive());
    }

    [Fact]
    public void A_column_may_be_its_own_source()
    {
        using var table = new ExpressionTable("a: int64, b: int64", "1,10", "2,20");
        BoundExpression bound = ExpressionTable.Bind("b - a * a", table.Schema);
        using Batch batch = table.MakeBatch();
        bound.Evaluate(batch, 0);
        Assert.Equal([9L, 16L], batch.Padded<long>(0)[..2].ToArray());
    }

    [Fact]
    public void An_empty_batch_is_no_work()
    {
        using var table = new ExpressionTable("a: int64, t: text", "1,x");
        BoundExpression bound = ExpressionTable.Bind("a * 2 % 3 + 1 > -a / 2 and upper(t) == 'X'", table.Schema);
        using Batch batch = table.MakeBatch();
        batch.SetCount(0);
        bound.Filter(batch);
        batch.SetCount(1);
        bound.Filter(batch);
        Assert.Equal(1, batch.CountLive());
    }
}
