using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Channels;
using DataStream.Rings;

namespace DataStream.Bench.Rings;

/// <summary>One producer, one consumer, as fast as they go: millions of events a second. What arrives is summed and checked.</summary>
internal static class Streams
{
    // The loops are methods of their own that are called often, so that they run fully compiled.
    private const int Piece = 1 << 14;

    public static double Ring(int count, int publish, int slots, WaitStrategy strategy, RingTuning tuning = RingTuning.Balanced, bool oneCore = false)
    {
        var ring = new Ring<Event64>(slots, strategy, tuning);
        long sum = 0;
        Action produce = () =>
        {
            for (int first = 0; first < count; first += Piece)
            {
                if (publish == 1)
                {
                    Produce(ring, first);
                }
                else
                {
                    Produce(ring, first, publish);
                }
            }

            ring.Complete();
        };
        Action consume = () => sum = Consume(ring);
        double seconds = oneCore ? Threads.OnOneCore(produce, consume) : Threads.Pair(produce, consume);
        Event64.Check(sum, count);
        return count / seconds / 1e6;
    }

    public static double RingOfLongs(int count, int publish, int slots)
    {
        var ring = new Ring<long>(slots, WaitStrategy.Adaptive);
        long sum = 0;
        double seconds = Threads.Pair(
            () =>
            {
                for (int first = 0; first < count; first += Piece)
                {
                    ProduceLongs(ring, first, publish);
                }

                ring.Complete();
            },
            () =>
            {
                var handler = new SummingLongs();
                ring.Consumer.Consume(ref handler);
                sum = handler.Sum;
            });
        return sum == (long)count * (count - 1) / 2 ? count / seconds / 1e6 : throw new InvalidOperationException("a wrong sum");
    }

    /// <summary>Two producers and a consumer, wherever the system puts them.</summary>
    public static double Shared(int count, int publish, RingTuning tuning = RingTuning.Balanced)
    {
        var ring = new SharedRing<Event64>(2, 65_536, WaitStrategy.Adaptive, tuning);
        long sum = 0;
        RingProducer<Event64>[] producers = [ring.AddProducer(), ring.AddProducer()];
        ring.Complete();
        Action<RingProducer<Event64>> produce = producer =>
        {
            for (int first = 0; first < count / 2; first += Piece)
            {
                if (publish == 1)
                {
                    Produce(producer, first);
                }
                else
                {
                    Produce(producer, first, publish);
                }
            }

            producer.Complete();
        };
        double seconds = Threads.Run((null, () => produce(producers[0])), (null, () => produce(producers[1])), (null, () => sum = Consume(ring)));
        return sum == 2 * Event64.Total(count / 2) ? count / seconds / 1e6 : throw new InvalidOperationException("a wrong sum");
    }

    public static double Channel(int count, int producers = 1, bool oneCore = false)
    {
        var channel = System.Threading.Channels.Channel.CreateBounded<Event64>(new BoundedChannelOptions(65_536) { SingleReader = true, SingleWriter = producers == 1 });
        int open = producers;
        long sum = 0;
        Action produce = () =>
        {
            for (int first = 0; first < count / producers; first += Piece)
            {
                Write(channel.Writer, first);
            }

            if (Interlocked.Decrement(ref open) == 0)
            {
                channel.Writer.Complete();
            }
        };
        Action consume = () =>
        {
            long own = 0;
            for (int i = 0; i < count; i += Piece)
            {
                own += Read(channel.Reader);
            }

            sum = own;
        };
        double seconds = producers > 1 ? Threads.Run((null, produce), (null, produce), (null, consume))
            : oneCore ? Threads.OnOneCore(produce, consume)
            : Threads.Pair(produce, consume);
        return sum == producers * Event64.Total(count / producers) ? count / seconds / 1e6 : throw new InvalidOperationException("a wrong sum");
    }

    public static double Blocking(int count, bool oneCore = false)
    {
        using var queue = new BlockingCollection<Event64>(65_536);
        long sum = 0;
        Action produce = () =>
        {
            Event64 item = default;
            for (int i = 0; i < count; i++)
            {
                item.Fill(i);
                queue.Add(item);
            }

            queue.CompleteAdding();
        };
        Action consume = () =>
        {
            long own = 0;
            foreach (Event64 item in queue.GetConsumingEnumerable())
            {
                own += item.Sum;
            }

            sum = own;
        };
        double seconds = oneCore ? Threads.OnOneCore(produce, consume) : Threads.Pair(produce, consume);
        Event64.Check(sum, count);
        return count / seconds / 1e6;
    }

    // The handler lives on the consumer's stack: in the object of a closure it would share a line with what the producer reads.
    private static long Consume(Ring<Event64> ring)
    {
        var handler = new Summing();
        ring.Consumer.Consume(ref handler);
        return handler.Sum;
    }

    private static long Consume(SharedRing<Event64> ring)
    {
        var handler = new Summing();
        ring.Consume(ref handler);
        return handler.Sum;
    }

    private static void Produce(Ring<Event64> ring, long first)
    {
        RingWriter<Event64> writer = ring.Writer();
        for (int i = 0; i < Piece && writer.Wait(); i++)
        {
            writer.Slot.Fill(first + i);
            writer.Publish();
        }
    }

    private static void Produce(Ring<Event64> ring, long first, int publish)
    {
        for (int i = 0; i < Piece; i += publish)
        {
            ring.WaitForSlots(publish);
            Fill(ring.Slots(publish), first + i);
            ring.Publish(publish);
        }
    }

    private static void Produce(RingProducer<Event64> ring, long first)
    {
        RingWriter<Event64> writer = ring.Writer();
        for (int i = 0; i < Piece && writer.Wait(); i++)
        {
            writer.Slot.Fill(first + i);
            writer.Publish();
        }
    }

    private static void Produce(RingProducer<Event64> ring, long first, int publish)
    {
        for (int i = 0; i < Piece; i += publish)
        {
            ring.WaitForSlots(publish);
            Fill(ring.Slots(publish), first + i);
            ring.Publish(publish);
        }
    }

    private static void ProduceLongs(Ring<long> ring, long first, int publish)
    {
        for (int i = 0; i < Piece; i += publish)
        {
            ring.WaitForSlots(publish);
            Span<long> slots = ring.Slots(publish);
            for (int k = 0; k < slots.Length; k++)
            {
                slots[k] = first + i + k;
            }

            ring.Publish(publish);
        }
    }

    private static void Fill(Span<Event64> slots, long first)
    {
        for (int k = 0; k < slots.Length; k++)
        {
            slots[k].Fill(first + k);
        }
    }

    private static void Write(ChannelWriter<Event64> writer, long first)
    {
        Event64 item = default;
        for (int i = 0; i < Piece; i++)
        {
            item.Fill(first + i);
            var wait = default(SpinWait);
            while (!writer.TryWrite(item))
            {
                wait.SpinOnce(-1);
            }
        }
    }

    private static long Read(ChannelReader<Event64> reader)
    {
        long sum = 0;
        for (int i = 0; i < Piece; i++)
        {
            var wait = default(SpinWait);
            Event64 item;
            while (!reader.TryRead(out item))
            {
                wait.SpinOnce(-1);
            }

            sum += item.Sum;
        }

        return sum;
    }

    private struct Summing : IRingHandler<Event64>
    {
        public long Sum;

        public void Handle(Span<Event64> items)
        {
            long sum = 0;
            foreach (ref readonly Event64 item in items)
            {
                sum += item.Sum;
            }

            Sum += sum;
        }
    }

    private struct SummingLongs : IRingHandler<long>
    {
        public long Sum;

        public void Handle(Span<long> items)
        {
            long sum = 0;
            foreach (long item in items)
            {
                sum += item;
            }

            Sum += sum;
        }
    }
}
