using System;
using System.Text;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Runtime;
using DataStream.Sinks;
using DataStream.Stages;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>An output that sheds, whose lane had no slot for a payload.</summary>
public sealed class ShedPayloadTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    /// <summary>The writer is not kept waiting for the lane's next payload, which may be long in coming, or wait itself for what other lanes have written here.</summary>
    [Fact]
    public void The_payloads_behind_it_are_written_and_acknowledged()
    {
        using var first = new PayloadRing(2, 16, 0, DataStream.Rings.WaitStrategy.Block);
        using var second = new PayloadRing(8, 16, 0, DataStream.Rings.WaitStrategy.Block);
        OutputLane[] lanes = [new(first.Ring, mayShed: true, null), new(second.Ring, mayShed: true, null)];
        for (int number = 0; number < 6; number++)
        {
            OutputLane lane = lanes[number % 2];
            lane.BeginPayload(number);
            lane.BeginRow();
            "x"u8.CopyTo(lane.Reserve(1));
            lane.Commit(1);
            lane.EndRow();
            lane.EndPayload(number, PayloadMarks.None, -1, []); // 4 finds its lane's ring full
        }

        using var sink = new Kept();
        var writer = new Writer(new OutputPlan("main", OutputKind.Main, "null:", "null:", null, true, false), sink, [first.Ring, second.Ring], new RunState(), null, null, []);
        var thread = new Thread(writer.Run);
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => writer.Acknowledged >= 6, s_limit), $"{writer.Acknowledged} of 6");
        Assert.Equal("xxxxx", sink.Text.ToString());

        // So is one of which it hears while it waits.
        first.Ring.Pass(6);
        Assert.True(SpinWait.SpinUntil(() => writer.Acknowledged >= 7, s_limit), $"{writer.Acknowledged} of 7");
        Array.ForEach(lanes, lane => lane.Finish());
        Assert.True(thread.Join(s_limit));
    }

    /// <summary>Nothing of its lane may come behind it: its counts come when the lane ends, and are added before the run is judged.</summary>
    [Fact]
    public void It_counts_also_where_its_lane_has_no_other()
    {
        var layout = new CountsLayout(1, 0, 0);
        var accountant = new Accountant(layout, null);
        using var first = new PayloadRing(2, 16, layout.Length, DataStream.Rings.WaitStrategy.Block);
        using var second = new PayloadRing(8, 16, layout.Length, DataStream.Rings.WaitStrategy.Block);
        OutputLane[] lanes = [new(first.Ring, mayShed: true, layout), new(second.Ring, mayShed: true, layout)];
        long[] one = new long[layout.Length];
        one[CountsLayout.Events] = 1;
        for (int number = 0; number < 5; number++)
        {
            lanes[number % 2].EndPayload(number, PayloadMarks.None, -1, one); // 4 finds its lane's ring full
        }

        using var sink = new Kept();
        var writer = new Writer(new OutputPlan("main", OutputKind.Main, "null:", "null:", null, true, false), sink, [first.Ring, second.Ring], new RunState(), accountant, null, []);
        var thread = new Thread(writer.Run);
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => writer.Acknowledged >= 5, s_limit), $"{writer.Acknowledged} of 5");
        lanes[1].EndPayload(5, PayloadMarks.End, -1, one);
        Array.ForEach(lanes, lane => lane.Finish());
        Assert.True(thread.Join(s_limit));
        Assert.Equal(6, accountant.Totals()[CountsLayout.Events]);
    }

    private sealed class Kept : Sink
    {
        public StringBuilder Text { get; } = new();

        public override string Name => "kept";

        public override void Open()
        {
        }

        public override void Write(ReadOnlySpan<byte> bytes) => Text.Append(Encoding.UTF8.GetString(bytes));

        public override void Flush()
        {
        }

        public override void Complete()
        {
        }
    }
}
