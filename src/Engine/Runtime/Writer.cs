using System;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Sinks;

namespace DataStream.Runtime;

/// <summary>The loop of one output's thread: takes the lanes' slots in payload order and writes them.</summary>
/// <remarks>The writer of <c>main</c> is also the ledger's: it adds each payload's counts when its last slot is written.</remarks>
internal sealed class Writer(OutputPlan plan, Sink sink, Ring<Payload>[] rings, RunState state, Accountant? accountant, Progress? accepted, byte[] header)
{
    private const int FlushEvery = 16;
    private const int FlushBytes = 64 * 1024; // what a sink gathers at most: beyond, a flush costs one small write
    private int _sinceFlush;
    private long _bytesSinceFlush;
    private bool _hasBegun;
    private bool _isOver;
    private long _written;
    private long _acknowledged;
    private long _rows;
    private long _passedOn;
    private volatile bool _hasEnded;
    private long _calls;

    public OutputPlan Plan => plan;

    public Sink Sink => sink;

    /// <summary>What ended the output in band: a fault that came with a payload, or a spent budget.</summary>
    public Fault? Outcome { get; private set; }

    /// <summary>It is the budget that ended it. Any thread, behind <see cref="HasEnded"/>.</summary>
    public bool IsOverBudget { get; private set; }

    /// <summary>What came from payloads before this number has arrived where the output leads, or was shed. Any thread.</summary>
    public long Acknowledged => sink.AcknowledgesLater ? sink.Acknowledged : Volatile.Read(ref _acknowledged);

    /// <summary>Rows that the sink took. Any thread.</summary>
    public long Rows => Volatile.Read(ref _rows);

    /// <summary>Those of them that it also passed on: what is not flushed may be lost with the run. Any thread.</summary>
    public long RowsPassedOn => Volatile.Read(ref _passedOn);

    /// <summary>Whether nothing more is written or acknowledged. Any thread.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Calls of the sink that began and that ended: odd while it is in one. Any thread.</summary>
    public long Calls => Volatile.Read(ref _calls);

    /// <summary>Changes while a call of the sink moves: something of it has left, or was acknowledged. Any thread.</summary>
    public (long Moved, long Acknowledged) Steps => (sink.Moved, Acknowledged);

    /// <summary>Knows the lane of each payload; null: payload <c>i</c> is lane <c>i mod N</c>'s.</summary>
    public PayloadTakers? Takers { get; init; }

    /// <summary>Whether the lane calls <see cref="Follow"/>, and no thread <see cref="Run"/>.</summary>
    public bool RunsOnLane { get; init; }

    /// <summary>The output's thread, from the header to the last byte.</summary>
    public void Run() => Try(static writer =>
    {
        writer.Sink.Failing = writer.Fail;
        writer.Begin();
        for (long number = 0; writer.WritePayload(number); number++)
        {
        }

        return false;
    });

    /// <summary>The one lane, behind each of its publications: takes what is there, and ends when all is taken.</summary>
    public void Follow() => _isOver = _isOver || !Try(static writer => writer.TakeReady());

    private void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            Send(header);
        }
    }

    /// <summary>Takes a step, and behind the last one (false), or where it failed, leaves.</summary>
    private bool Try(Func<Writer, bool> step)
    {
        bool goesOn = false;
        try
        {
            goesOn = step(this);
            if (!goesOn)
            {
                Volatile.Write(ref _calls, _calls + 1);
                sink.Complete();
                Volatile.Write(ref _calls, _calls + 1);
                Acknowledge();
                accountant?.Commit();
            }
        }
        catch (BrokenPipeException)
        {
            state.Fail(new Fault(ExitCode.Done, ""));
        }
        catch (StopException stop)
        {
            state.Fail(new Fault(stop.Code, stop.Message, stop.InnerException));
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            state.Fail(new Fault(ExitCode.Internal, $"writer of '{plan.Name}': {unexpected.Message}", unexpected));
        }
        finally
        {
            if (!goesOn)
            {
                Leave();
            }
        }

        return goesOn;
    }

    private void Leave()
    {
        _hasEnded = true;
        if (accountant is not null)
        {
            state.AddInFlight(accountant.TakeBack());
            accepted?.Poison();
        }

        foreach (Ring<Payload> ring in rings)
        {
            ring.Poison();
        }
    }

    /// <summary>Takes the slots that are there; false behind the last one.</summary>
    private bool TakeReady()
    {
        Begin();
        Ring<Payload> ring = rings[0];
        while (ring.HasItem)
        {
            if (state.Failure is not null)
            {
                return false;
            }

            ref Payload slot = ref ring.Item;
            if (slot.Has(PayloadMarks.More))
            {
                WriteMore(ring, ref slot);
            }
            else if (!WriteLast(ring, ref slot, slot.Number))
            {
                return false;
            }
        }

        return !ring.IsCompleted;
    }

    private void WriteMore(Ring<Payload> ring, ref Payload slot)
    {
        Send(slot.Bytes);
        _rows += slot.Rows;
        _bytesSinceFlush += slot.Length;
        ring.Release();
    }

    /// <summary>Writes one payload's slots; false behind the last one.</summary>
    private bool WritePayload(long number)
    {
        // Behind everything that the budget has let through. Not behind this payload's own judgement: that comes with its end, and the lane may wait here for room before.
        if (accountant is null && accepted is not null && !accepted.WaitFor(number))
        {
            return false;
        }

        if (Takers is not null && !Takers.WaitTaken(number))
        {
            return false;
        }

        if ((Takers is null ? rings[number % rings.Length] : Takers.RingOf(number, rings)) is not { } ring)
        {
            Pass(number);
            return true;
        }

        while (true)
        {
            if (!ring.HasItem || _sinceFlush >= FlushEvery || _bytesSinceFlush >= FlushBytes)
            {
                Flush();
            }

            if (!(plan.MayShed ? ring.WaitForItemOrPass(number) : ring.WaitForItem()))
            {
                return state.Failure is null && !ring.IsPoisoned && !AllDone();
            }

            if (state.Failure is not null)
            {
                return false;
            }

            if (!ring.HasItem)
            {
                Pass(number); // this payload left no slot: the output sheds
                Acknowledge(); // and all that was written before was passed on
                return true;
            }

            ref Payload slot = ref ring.Item;
            if (slot.Number > number)
            {
                Pass(number); // as above
                return true;
            }

            if (slot.Has(PayloadMarks.More))
            {
                WriteMore(ring, ref slot);
                continue;
            }

            return WriteLast(ring, ref slot, number);
        }
    }

    private bool WriteLast(Ring<Payload> ring, ref Payload slot, long number)
    {
        PayloadMarks marks = slot.Marks;
        int fault = slot.Fault;
        bool isWithin = true;
        Span<long> counts = accountant is null ? default : slot.CountsOf(accountant.Layout.Length);
        if (accountant is not null && plan.MayShed && (marks & PayloadMarks.End) != 0)
        {
            AddWhatWasShed(ring, counts);
        }

        try
        {
            Send(slot.Bytes);
        }
        catch
        {
            state.AddInFlight(accountant is null or { IsClosed: true } ? 0 : counts[CountsLayout.Events]);
            ring.Release();
            throw;
        }

        _rows += slot.Rows;
        _sinceFlush++;
        _bytesSinceFlush += slot.Length;
        isWithin = accountant is null || accountant.Add(counts, number, sink.HasPassedOn);
        bool goesOn = (marks & (PayloadMarks.Fault | PayloadMarks.End)) == 0;
        if (goesOn && isWithin)
        {
            Pass(number); // of a payload that the run ends in, not all may have had its effect
        }

        if (sink.HasPassedOn)
        {
            Acknowledge();
            accountant?.Commit();
            _sinceFlush = 0;
            _bytesSinceFlush = 0;
        }

        ring.Release();
        if (!isWithin)
        {
            Outcome = new Fault(ExitCode.BadData, accountant!.BudgetMessage);
            IsOverBudget = true;
            state.LimitTo(number);
        }
        else if ((marks & PayloadMarks.Fault) != 0)
        {
            Outcome = state.FaultAt(fault);
        }
        else if ((marks & PayloadMarks.End) != 0 && accountant?.JudgeAtEnd() is { } message)
        {
            Outcome = new Fault(ExitCode.BadData, message);
        }

        if (accountant is not null && isWithin && goesOn)
        {
            accepted?.Set(number + 1);
        }

        return isWithin && goesOn;
    }

    /// <summary>Behind the last payload lanes say what became of payloads that left no slot: it counts with that.</summary>
    private void AddWhatWasShed(Ring<Payload> last, Span<long> counts)
    {
        foreach (Ring<Payload> ring in rings)
        {
            while (ring != last && ring.WaitForItem())
            {
                if (!ring.Item.Has(PayloadMarks.More))
                {
                    accountant!.Layout.Add(ring.Item.CountsOf(accountant.Layout.Length), counts);
                }

                ring.Release();
            }
        }
    }

    private void Flush()
    {
        if (_sinceFlush > 0)
        {
            Volatile.Write(ref _calls, _calls + 1);
            sink.Flush();
            Volatile.Write(ref _calls, _calls + 1);
            Acknowledge();
            accountant?.Commit();
            _sinceFlush = 0;
            _bytesSinceFlush = 0;
        }
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        Volatile.Write(ref _calls, _calls + 1);
        sink.Write(bytes);
        Volatile.Write(ref _calls, _calls + 1);
    }

    private void Fail(StopException stop) => state.Fail(new Fault(stop.Code, stop.Message, stop.InnerException));

    private void Pass(long number)
    {
        _written = number + 1;
        sink.EndPayload(number);
    }

    private void Acknowledge()
    {
        Volatile.Write(ref _acknowledged, _written);
        Volatile.Write(ref _passedOn, _rows);
    }

    private bool AllDone()
    {
        foreach (Ring<Payload> ring in rings)
        {
            if (!ring.IsCompleted || ring.HasItem)
            {
                return false;
            }
        }

        return true;
    }
}
