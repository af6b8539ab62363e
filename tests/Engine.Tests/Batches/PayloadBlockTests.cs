using System;
using System.Linq;
using DataStream.Batches;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Batches;

public sealed class PayloadBlockTests
{
    /// <summary>More exchanges than there are slots: each slot has what was written for it, and the block what was left.</summary>
    [Fact]
    public void Bytes_change_hands_and_the_rest_stays()
    {
        using var ring = new PayloadRing(4, PayloadRing.BlockSize(64), 0, WaitStrategy.Adaptive);
        using var block = new PayloadBlock(PayloadRing.BlockSize(64));
        int kept = 0;
        for (int round = 0; round < 23; round++)
        {
            block.Bytes[kept..].Fill((byte)round);
            ref Payload slot = ref ring.Ring[round % 4];
            slot.Clear();
            int length = 60 - round;
            block.Exchange(ref slot, block.Bytes[length..]);
            slot.Length = length;
            Assert.Equal(Enumerable.Repeat((byte)(round == 0 ? 0 : round - 1), kept).Concat(Enumerable.Repeat((byte)round, length - kept)), slot.Bytes.ToArray());
            kept = block.Bytes.Length - length;
            Assert.Equal(Enumerable.Repeat((byte)round, kept), block.Bytes[..kept].ToArray());
        }
    }

    [Fact]
    public void A_slot_of_another_length_is_refused()
    {
        using var ring = new PayloadRing(4, 65, 0, WaitStrategy.Adaptive);
        using var block = new PayloadBlock(64);
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Exchange(ref ring.Ring[0], default));
    }
}
