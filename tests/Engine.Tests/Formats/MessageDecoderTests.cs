using System;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class MessageDecoderTests
{
    private static readonly byte[][] s_topics = [.. Enumerable.Range(0, 40).Select(i => Encoding.UTF8.GetBytes("topic" + i))];

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(17, 0, 39)]
    public void Topics_that_alternate_have_their_names_once_per_batch(int first, int second, int third)
    {
        int[] sources = [.. Enumerable.Range(0, 64).Select(i => (i % 3) switch { 0 => first, 1 => second, _ => third })];
        using var ring = new PayloadRing(2, 16 * 1024, 0, WaitStrategy.Block);
        ref Payload payload = ref ring.Ring.Slot();
        Fill(ref payload, sources);
        using var arena = new TextArena(_ => { });
        var schema = new Schema();
        Field topic = schema.Add("_topic", ColumnType.Text);
        using var batch = new Batch(schema.Storage, 64, arena);
        var decoder = new MessageDecoder(new ByteDecoder(), [topic], source => s_topics[source]);
        int names = sources.Distinct().Sum(source => s_topics[source].Length);
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            arena.Append("x"u8); // names stand elsewhere each time, and those of the batch before may be gone
            int start = arena.Length;
            long before = GC.GetAllocatedBytesForCurrentThread();
            decoder.Decode(in payload, 0, batch);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(names, arena.Length - start);
            for (int row = 0; row < sources.Length; row++)
            {
                Assert.True(batch.Bytes(batch.Whole<Text>(topic.Ordinal)[row]).SequenceEqual(s_topics[sources[row]]));
            }

            arena.Reset(round);
        }

        Assert.Equal(0, allocated); // of the last batch
    }

    /// <summary>One message of one byte for each source.</summary>
    private static void Fill(ref Payload payload, int[] sources)
    {
        int last = 0;
        foreach (int source in sources)
        {
            var message = new Message { Source = source, ValueStart = payload.Length, ValueLength = 1, KeyLength = -1 };
            Assert.True(PayloadMessages.TryAdd(ref payload, ref last, ref message, [], [], [], 1));
            payload.Free[0] = (byte)'v';
            payload.Length++;
        }
    }

    private sealed class ByteDecoder : DataStream.Formats.Decoder
    {
        public override int Decode(in Payload payload, int offset, Batch batch)
        {
            batch.Attach(in payload);
            batch.SetCount(payload.Length);
            for (int row = 0; row < payload.Length; row++)
            {
                batch.WholeRecords[row] = new Text(row, 1);
            }

            return payload.Length;
        }
    }
}
