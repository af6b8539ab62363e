using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Runtime;
using DataStream.Tests.Config;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class MessageDispatcherTests
{
    /// <summary>What stands at one place goes into several payloads: until the last one nothing may be kept behind that place.</summary>
    [Fact]
    public void A_payload_that_ends_in_the_midst_of_a_place_is_before_it()
    {
        PipelineConfig config = Loading.LoadGood("""
            stream_settings:
              stream_input: file:a.csv
              stream_output: file:b.csv
              schema: {id: int64}
            """);
        Plan plan = Planner.Build(config, new Catalog(), new PlanOptions(), new ConfigErrors())!;
        using var ring = new PayloadRing(4, 16 * 1024, 0, WaitStrategy.Block);
        var port = new MessageDispatcher([ring.Ring], new RunState(), plan, null, new Generation(), new TaskPositions(), null, static () => (0, false));
        for (int piece = 0; piece < 3; piece++)
        {
            Assert.True(port.TryBegin(0, 0, 2));
            port.ComesFrom(0, 7, place: 5);
            Assert.True(port.TryAdd("1"u8, [], false, [], offset: 40 + piece, milliseconds: 0));
            Assert.Equal(piece, piece < 2 ? port.EndWithin() : port.End());
            Assert.Equal(piece < 2 ? 5 : 6, ring.Ring[piece].NextOffset);
        }
    }
}
