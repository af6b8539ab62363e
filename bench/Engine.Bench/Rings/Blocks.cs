using System;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Channels;
using DataStream.Rings;

namespace DataStream.Bench.Rings;

/// <summary>Blocks of 1,024 rows of 64 bytes handed over: the slots own them, or a channel carries them there and another back.</summary>
internal static class Blocks
{
    private const int Longs = 1024 * 8;
    private const int Pool = 64; // 4 MiB

    /// <summary>Only the first line of each block is touched: nanoseconds a block.</summary>
    public static double RingNanoseconds(int count) => Ring(count, whole: false) * 1e9 / count;

    /// <summary>Each block is filled and summed: millions of rows a second.</summary>
    public static double RingRows(int count) => count * 1024L / Ring(count, whole: true) / 1e6;

    public static double ChannelNanoseconds(int count) => Channel(count, whole: false) * 1e9 / count;

    public static double ChannelRows(int count) => count * 1024L / Channel(count, whole: true) / 1e6;

    private static double Ring(int count, bool whole)
    {
        var ring = new Ring<Block>(Pool, WaitStrategy.Adaptive);
        for (int i = 0; i < Pool; i++)
        {
            ring[i].Longs = GC.AllocateArray<long>(Longs, pinned: true);
        }

        long sum = 0;
        double seconds = Threads.Pair(
            () =>
            {
                for (int i = 0; i < count; i++)
                {
                    Produce(ring, i, whole);
                }

                ring.Complete();
            },
            () =>
            {
                var summing = new Summing { Whole = whole };
                ring.Consumer.Consume(ref summing);
                sum = summing.Sum;
            });
        Check(sum, count, whole);
        return seconds;
    }

    private static double Channel(int count, bool whole)
    {
        var options = new BoundedChannelOptions(Pool) { SingleReader = true, SingleWriter = true };
        Channel<long[]> there = System.Threading.Channels.Channel.CreateBounded<long[]>(options), back = System.Threading.Channels.Channel.CreateBounded<long[]>(options);
        foreach (int _ in Enumerable.Range(0, Pool))
        {
            back.Writer.TryWrite(GC.AllocateArray<long>(Longs, pinned: true));
        }

        long sum = 0;
        double seconds = Threads.Pair(
            () =>
            {
                for (int i = 0; i < count; i++)
                {
                    long[] block = Take(back.Reader);
                    Fill(block, i, whole);
                    there.Writer.TryWrite(block);
                }
            },
            () =>
            {
                long own = 0;
                for (int i = 0; i < count; i++)
                {
                    long[] block = Take(there.Reader);
                    own += Sum(block, whole);
                    back.Writer.TryWrite(block);
                }

                sum = own;
            });
        Check(sum, count, whole);
        return seconds;
    }

    private static void Produce(Ring<Block> ring, long number, bool whole)
    {
        ring.WaitForSlot();
        Fill(ring.Slot().Longs, number, whole);
        ring.Publish();
    }

    private static long[] Take(ChannelReader<long[]> reader)
    {
        long[]? block;
        while (!reader.TryRead(out block))
        {
            Thread.SpinWait(1);
        }

        return block;
    }

    private static void Fill(long[] block, long number, bool whole)
    {
        if (whole)
        {
            block.AsSpan().Fill(number);
        }
        else
        {
            block[0] = number;
        }
    }

    private static long Sum(long[] block, bool whole) => whole ? SumAll(block) : block[0];

    private static long SumAll(long[] block)
    {
        Vector<long> a = default, b = default, c = default, d = default;
        ReadOnlySpan<Vector<long>> lanes = MemoryMarshal.Cast<long, Vector<long>>(block);
        for (int i = 0; i + 3 < lanes.Length; i += 4)
        {
            a += lanes[i];
            b += lanes[i + 1];
            c += lanes[i + 2];
            d += lanes[i + 3];
        }

        return Vector.Sum(a + b + c + d);
    }

    private static void Check(long sum, long count, bool whole)
    {
        if (sum != count * (count - 1) / 2 * (whole ? Longs : 1))
        {
            throw new InvalidOperationException("a wrong sum");
        }
    }

    private struct Block
    {
        public long[] Longs;
    }

    private struct Summing : IRingHandler<Block>
    {
        public long Sum;
        public bool Whole;

        public void Handle(Span<Block> items)
        {
            foreach (ref readonly Block item in items)
            {
                Sum += Blocks.Sum(item.Longs, Whole);
            }
        }
    }
}
