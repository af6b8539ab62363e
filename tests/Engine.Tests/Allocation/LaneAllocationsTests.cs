using System;
using DataStream.Flow;
using Xunit;

namespace DataStream.Tests.Allocation;

/// <summary>Whose bytes are whose, and which steps of the thread's count are none.</summary>
public sealed class LaneAllocationsTests
{
    [Fact]
    public void Bytes_belong_to_the_innermost_stage()
    {
        object made = new byte[8];
        LaneAllocations own = LaneAllocations.OfThread;
        own.Attribute(own.Unattributed());
        long total = own.Total();
        long outer = own.Unattributed();
        made = new byte[1000];
        long inner = own.Unattributed();
        made = new byte[100];
        inner = own.Attribute(inner);
        made = new byte[1000];
        outer = own.Attribute(outer);
        Assert.Equal((2 * 1024, 128, (2 * 1024) + 128), (outer, inner, own.Total() - total));
        GC.KeepAlive(made);
    }

    [Fact]
    public void A_collection_explains_one_step_of_at_most_a_piece_of_the_heap()
    {
        int known = 3;
        Assert.Equal(0, LaneAllocations.Forgiven(24, 3, ref known));
        Assert.Equal(0, LaneAllocations.Forgiven(9000, 4, ref known));
        Assert.Equal(8000, LaneAllocations.Forgiven(8000, 5, ref known));
        Assert.Equal(0, LaneAllocations.Forgiven(24, 5, ref known));
        Assert.Equal(24, LaneAllocations.Forgiven(24, 6, ref known));
    }
}
