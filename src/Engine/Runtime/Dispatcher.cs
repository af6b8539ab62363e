using System;
using System.Diagnostics;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>Gives payloads their numbers and their rings: payload <c>i</c> goes to ring <c>i mod N</c>, in the order in which readers bring them.</summary>
/// <param name="rings">Where payloads go.</param>
/// <param name="readers">How many there are.</param>
/// <param name="rest">Where all rings are full, how many of them must be taken from before they are filled again: each wake-up costs a lane as much as a small payload. 0: one.</param>
internal sealed class Dispatcher(Ring<Payload>[] rings, RunState state, int readers, Generation generation, int rest = 0)
{
    private readonly object _gate = new();
    private long _next;
    private long _firstArrival;
    private int _open = readers;

    /// <summary>When the first bytes arrived, in <see cref="Stopwatch"/> ticks; 0 before.</summary>
    public long FirstArrival => Interlocked.Read(ref _firstArrival);

    /// <summary>Bytes are there; the clock of a run's rate starts with the first.</summary>
    public void NoteArrival()
    {
        if (FirstArrival == 0)
        {
            Interlocked.CompareExchange(ref _firstArrival, Stopwatch.GetTimestamp(), 0);
        }
    }

    /// <summary>Copies whole records into the next payload; waits while its lane's ring is full. False when the run is over.</summary>
    public bool Send(ReadOnlySpan<byte> records, in PayloadOrigin origin)
    {
        lock (_gate)
        {
            if (!Claim(out Ring<Payload> ring))
            {
                return false;
            }

            ref Payload slot = ref ring.Slot();
            records.CopyTo(slot.Free);
            Publish(ring, records.Length, origin);
            return true;
        }
    }

    /// <summary>Gives whole records at a block's front to the next payload without a copy; <paramref name="rest"/>, behind them, stays. Waits, and is false, as the other one.</summary>
    public bool Send(PayloadBlock block, int length, ReadOnlySpan<byte> rest, in PayloadOrigin origin)
    {
        lock (_gate)
        {
            if (!Claim(out Ring<Payload> ring))
            {
                return false;
            }

            block.Exchange(ref ring.Slot(), rest);
            Publish(ring, length, origin);
            return true;
        }
    }

    /// <summary>The input failed behind what was sent: the fault takes effect at its place.</summary>
    public void Send(Fault fault)
    {
        lock (_gate)
        {
            if (Claim(out Ring<Payload> ring))
            {
                ref Payload slot = ref ring.Slot();
                slot.Marks = PayloadMarks.Fault;
                slot.Fault = state.AddFault(fault);
                Publish(ring);
            }
        }
    }

    /// <summary>A reader is done; with the last one the input ends.</summary>
    public void EndReader()
    {
        lock (_gate)
        {
            if (--_open > 0)
            {
                return;
            }

            if (Claim(out Ring<Payload> ring))
            {
                ring.Slot().Marks = PayloadMarks.End;
                Publish(ring);
            }

            foreach (Ring<Payload> each in rings)
            {
                each.Complete();
            }
        }
    }

    private bool Claim(out Ring<Payload> ring)
    {
        ring = rings[_next % rings.Length];
        if (rest > 0 && !ring.HasSlot)
        {
            rings[(_next + rest - 1) % rings.Length].WaitForSlot();
        }

        if (!ring.WaitForSlot())
        {
            return false;
        }

        ring.Slot().Clear();
        return true;
    }

    private void Publish(Ring<Payload> ring, int length, in PayloadOrigin origin)
    {
        ref Payload slot = ref ring.Slot();
        slot.Length = length;
        slot.Source = origin.Source;
        slot.Header = origin.Header;
        slot.FirstLine = origin.Line;
        slot.FirstOffset = origin.Offset;
        slot.Encoding = origin.Encoding;
        Publish(ring);
    }

    private void Publish(Ring<Payload> ring)
    {
        ref Payload slot = ref ring.Slot();
        slot.Number = _next++;
        slot.Generation = generation.Current;
        slot.Arrival = Stopwatch.GetTimestamp();
        ring.Publish();
    }
}
