using System;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Rings;

namespace Snippets;

/// <summary>The examples of docs/RINGS.md.</summary>
public static class RingSnippet
{
    public static async Task<(double Sum, long Unhandled)> OneToOneAsync(CancellationToken stopping)
    {
        // <ring>
        var ring = new Ring<Tick>(slots: 1024, WaitStrategy.Adaptive, RingTuning.Throughput);
        Task<double> consumer = Task.Factory.StartNew(
            () =>
            {
                var handler = new Sum();
                ring.Consumer.Consume(ref handler, stopping);            // false: poisoned or cancelled
                return handler.Total;
            },
            TaskCreationOptions.LongRunning);
        RingWriter<Tick> writer = ring.Writer();
        for (int i = 1; i <= 10_000 && writer.Wait(stopping); i++)       // waits for a slot; false: the consumer died, or we are stopping
        {
            writer.Slot.Sequence = i;                                    // in place; a slot that is not published is abandoned
            writer.Slot.Price = i / 100.0;
            writer.Publish();
        }

        long unhandled = ring.Complete(stopping);                        // drains, and says what was not handled
        // </ring>
        return (await consumer, unhandled);
    }

    public static (long Audited, long Charged) Graph()
    {
        // <graph>
        var ring = new Ring<Tick>(slots: 64, WaitStrategy.Adaptive);
        RingConsumer<Tick> check = ring.Consumer;                        // every ring begins with one
        RingConsumer<Tick> audit = ring.AddConsumer();                   // beside it
        RingConsumer<Tick> charge = ring.AddConsumer(check, audit);      // behind both; the producer waits for this one
        // </graph>
        ring.Publish();
        Assert(check.WaitForItem() && audit.WaitForItem() && !charge.HasItem);
        check.Release();
        audit.Release();
        Assert(charge.WaitForItem());
        charge.Release();
        return (audit.Taken, ring.Taken);
    }

    public static double Shared(int threads)
    {
        // <shared>
        var ring = new SharedRing<Tick>(producers: threads, slots: 1024, WaitStrategy.Adaptive);
        for (int i = 0; i < threads; i++)
        {
            RingProducer<Tick> producer = ring.AddProducer();            // a ring of its own: no lock, no contended line
            new Thread(() =>
            {
                RingClaim<Tick> claim = producer.Claim();
                claim.Slot.Price = 1.5;
                claim.Publish();
                producer.Complete();
            }).Start();
        }

        ring.Complete();                                                 // no producer follows
        var handler = new Sum();
        ring.Consume(ref handler);                                       // until each has completed; order per producer
        // </shared>
        return handler.Total;
    }

    private static void Assert(bool holds)
    {
        if (!holds)
        {
            throw new InvalidOperationException("the graph's order");
        }
    }

    // <handler>
    public struct Tick
    {
        public long Sequence;
        public double Price;
    }

    private struct Sum : IRingHandler<Tick>                              // a struct is inlined into the ring's loop
    {
        public double Total;

        public void Handle(Span<Tick> items)
        {
            foreach (ref readonly Tick tick in items)
            {
                Total += tick.Price;
            }
        }
    }
    // </handler>
}
