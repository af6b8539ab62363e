using DataStream.Batches;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Stages;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>What is in flight behind a run that broke off.</summary>
public sealed class DrainTests
{
    /// <summary>Counts of what was shed come under the number of their payload, behind later ones that the writer has added; one that it added and still holds is no other.</summary>
    [Theory]
    [InlineData(4, 3)]
    [InlineData(5, 0)]
    [InlineData(6, 3)]
    public void A_slot_that_was_not_added_is_in_flight_whatever_its_number(int number, int inFlight)
    {
        var layout = new CountsLayout(1, 0, 0);
        var accountant = new Accountant(layout, null);
        var state = new RunState();
        long[] counts = new long[layout.Length];
        counts[CountsLayout.Events] = 3;
        accountant.Add(counts, 5);
        using var ring = new PayloadRing(4, 16, layout.Length, DataStream.Rings.WaitStrategy.Block);
        var lane = new OutputLane(ring.Ring, mayShed: true, layout);
        lane.EndPayload(number, PayloadMarks.None, -1, counts);
        state.Fail(new Fault(ExitCode.InputOutput, "an output"));
        new Drain(state, accountant).Sweep([ring], [lane]);
        Assert.Equal(inFlight, state.InFlight);
    }
}
