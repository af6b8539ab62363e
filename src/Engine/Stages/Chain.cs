using System;
using System.Collections.Generic;
using System.Diagnostics;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Stages.Keys;
using DataStream.Windows;

namespace DataStream.Stages;

/// <summary>Everything that happens to a payload on its lane: decode, modules, window, encode. Lane thread only; allocates nothing.</summary>
public sealed class Chain : IDisposable
{
    private readonly ChainParts _parts;
    private readonly LaneLinks _links;
    private readonly DeadPlan _deadPlan;
    private readonly TextArena _arena;
    private readonly DecodeStage _decode;
    private readonly EncodeStage _encode;
    private readonly ModuleRun _modules;
    private readonly LaneExchange? _exchange;
    private readonly DeadStage _dead;
    private readonly ResultRows? _results;
    private readonly long[] _counts;
    private readonly int _deadOutput;
    private readonly bool _needsOrder;
    private readonly EventClock _time;
    private string? _failure;

    public Chain(ChainParts parts, LaneLinks links, DeadPlan deadPlan, int deadOutput)
    {
        (_parts, _links, _deadPlan, _deadOutput) = (parts, links, deadPlan, deadOutput);
        _arena = new TextArena(parts.ChargeText);
        _counts = new long[links.Layout.Length];
        _exchange = links.Exchange;
        _time = new EventClock(parts.EventTime is not null, links.State, _counts);
        _dead = new DeadStage(deadPlan, links.State, deadOutput < 0 ? null : links.Outputs[deadOutput], links.Layout);
        _needsOrder = parts.EventTime is not null || links.MaxEvents != long.MaxValue || _exchange is not null;
        _decode = new DecodeStage(parts, _arena, _needsOrder);
        _modules = new ModuleRun(parts, _exchange is null ? 1 : DecodeStage.BatchesOfPayload);
        _encode = new EncodeStage(parts, links, _counts);
        if (parts.Window is not null)
        {
            _results = new ResultRows(parts, deadPlan, _dead, links.Layout, _counts, batch => _encode.Rows(batch, areRecords: false));
        }
    }

    /// <summary>Whether stages count their managed allocations: from the eleventh payload on.</summary>
    public bool CountsAllocations
    {
        get => _decode.CountsAllocations;
        set
        {
            (_decode.CountsAllocations, _encode.CountsAllocations) = (value, value);
            _results?.CountsAllocations = value;
        }
    }

    /// <summary>The clocks of all stages in order.</summary>
    public IEnumerable<StageClock> Clocks => _parts.Clocks;

    /// <summary>Payloads that had their effect.</summary>
    public long EventsDone { get; private set; }

    /// <summary>Before the first payload: what is behind a window may see its first rows at any time, and makes its working space now.</summary>
    public void WarmUp() => _results?.WarmUp();

    /// <summary>Works on one payload and hands its results, an empty slot at least, to every output.</summary>
    public void Process(in Payload payload)
    {
        long number = payload.Number;
        if (IsBehindStop(number))
        {
            Discard(in payload);
            return;
        }

        _counts.AsSpan().Clear();
        _arena.Reset();
        _dead.BeginPayload(in payload);
        foreach (OutputLane output in _links.Outputs)
        {
            output.BeginPayload(number);
        }

        _failure = null;
        bool end = payload.Has(PayloadMarks.End);
        long earlierMax = long.MinValue;
        if (_needsOrder)
        {
            int batches = _decode.All(in payload, out long maxTime, out int events);
            _links.Order.Publish(_links.Index, number, maxTime, events);
            (earlierMax, long earlierEvents) = _links.Order.Before(_links.Index, number);
            if (IsBehindStop(number) || earlierEvents >= _links.MaxEvents)
            {
                Drop(number, events);
                return;
            }

            end |= _decode.Limit(batches, _links.MaxEvents - earlierEvents, events);
            if (_exchange is null)
            {
                RunAll(batches, in payload, earlierMax);
            }
            else if (!AskAll(_exchange, batches, in payload, earlierMax, end))
            {
                Drop(number, events);
                return;
            }
        }
        else
        {
            _time.Through = long.MaxValue;
            for (int offset = 0, ordinal = 0; offset < payload.Length && _failure is null;)
            {
                offset = _decode.Next(in payload, offset, _decode[0], ordinal);
                ordinal += _decode[0].Count;
                Run(_decode[0], in payload);
            }
        }

        EndPayload(in payload, earlierMax, end);
    }

    /// <summary>The lane broke off inside this payload: others must not wait for what it will not do.</summary>
    public void Abandon(in Payload payload)
    {
        PublishNothing(payload.Number);
        Drop(payload.Number, CountAll(in payload));
    }

    /// <summary>All the records of a payload that broke off somewhere within, or at least those that were worked on.</summary>
    private long CountAll(in Payload payload)
    {
        try
        {
            _arena.Reset();
            return _decode.CountEvents(in payload);
        }
        catch (StopException)
        {
            return _counts[CountsLayout.Events]; // decoding itself meets the limit
        }
    }

    /// <summary>Lets the others go on where nothing can be said of the payload's records.</summary>
    public void Release(long number)
    {
        PublishNothing(number);
        Drop(number, 0);
    }

    /// <summary>Goes on counting where the lane's chain before this one ended.</summary>
    public void Follow(Chain earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        EventsDone = earlier.EventsDone;
    }

    /// <summary>Frees what is this chain's alone: batches, texts and conditions. Modules and window go on in the chain that follows.</summary>
    public void Retire()
    {
        _decode.Dispose();
        _arena.Dispose();
        _results?.Dispose();
        _parts.FreeConditions();
    }

    /// <summary>Frees everything, modules and window too.</summary>
    public void Dispose()
    {
        Retire();
        _parts.FreeState();
    }

    private bool IsBehindStop(long number) => number > _links.State.StopAfter || _links.State.Failure is not null;

    private void RunAll(int batches, in Payload payload, long earlierMax)
    {
        _time.Through = earlierMax;
        for (int i = 0; i < batches && _failure is null; i++)
        {
            Batch batch = _decode[i];
            _time.Pass(batch, in payload);
            Run(batch, in payload);
        }
    }

    /// <summary>The whole payload through one stage after the other, asking other lanes at those with keys; false when the run stopped before it meanwhile.</summary>
    private bool AskAll(LaneExchange exchange, int batches, in Payload payload, long earlierMax, bool end)
    {
        _time.Through = earlierMax;
        for (int i = 0; i < batches; i++)
        {
            _time.Pass(_decode[i], in payload);
        }

        _modules.RunAll(exchange, _decode, batches, in payload, _arena, CountsAllocations);
        if (IsBehindStop(payload.Number))
        {
            return false;
        }

        int count = 0;
        while (count < batches && _failure is null)
        {
            CutAtFailure(_decode[count++], in payload);
        }

        bool gives = false;
        if (_parts.WindowAsks is { } window)
        {
            gives = AskWindow(exchange, window, count, in payload, earlierMax, end);
            if (IsBehindStop(payload.Number))
            {
                return false;
            }
        }

        for (int i = 0; i < count; i++)
        {
            Leave(_decode[i], _modules[i], in payload);
        }

        if (gives)
        {
            exchange.TakeResults(_parts.WindowAsks!, _results!);
        }

        return true;
    }

    /// <summary>The owners' windows fold the rows and close; what comes back dropped was late.</summary>
    private bool AskWindow(LaneExchange exchange, KeyedStage window, int count, in Payload payload, long earlierMax, bool end)
    {
        bool closes = _parts.EventTime is not null && _parts.Window!.Closes(earlierMax, _time.Through);
        long until = end && _failure is null ? long.MaxValue : closes ? _time.Through : long.MinValue;
        return _modules.AskWindow(exchange, window, _decode, count, in payload, _arena, _parts.WindowClock!, until);
    }

    private void Run(Batch batch, in Payload payload)
    {
        _modules.Run(batch, CountsAllocations);
        CutAtFailure(batch, in payload);
        Leave(batch, _modules[0], in payload);
    }

    /// <summary>Under <c>on_error: fail</c> nothing follows the first row that died.</summary>
    private void CutAtFailure(Batch batch, in Payload payload)
    {
        int failing = _dead.FindFailing(batch);
        if (failing >= 0)
        {
            _failure = _dead.Describe(batch, failing, in payload);
            _time.Through = _parts.EventTime is null ? _time.Through : batch.EarlierMax[failing];
            batch.Truncate(failing + 1);
        }
    }

    /// <summary>What follows the modules: the window or the outputs, dead letters and counts.</summary>
    private void Leave(Batch batch, RowFates fates, in Payload payload)
    {
        if (_parts.Window is null)
        {
            _encode.Rows(batch, areRecords: true);
        }
        else if (_parts.WindowAsks is null)
        {
            Fold(batch, fates, _parts.Window);
        }
        else
        {
            _counts[CountsLayout.Of(Bucket.Aggregated)] += batch.CountLive();
            _encode.Late(batch, fates.Late(batch));
        }

        fates.Count(batch, _counts);
        _dead.Report(batch, in payload, _counts);
        _counts[CountsLayout.Events] += batch.Count;
    }

    private void Fold(Batch batch, RowFates fates, WindowOperator window)
    {
        long ticks = Stopwatch.GetTimestamp();
        long bytes = CountsAllocations ? LaneAllocations.Unattributed() : 0;
        Span<ulong> late = fates.Late(batch);
        window.Fold(batch, late, _results!);
        _counts[CountsLayout.Of(Bucket.Aggregated)] += batch.CountLive();
        _parts.WindowClock!.Add(ticks, bytes, batch.Count, CountsAllocations);
        _encode.Late(batch, late);
    }

    private void EndPayload(in Payload payload, long earlierMax, bool end)
    {
        long number = payload.Number;
        if (_parts is { Window: { } window, WindowAsks: null } && !Close(window, number, earlierMax, end))
        {
            Drop(number, _counts[CountsLayout.Events]);
            return;
        }

        _failure ??= _results?.Failure;
        PayloadMarks marks = PayloadMarks.None;
        int fault = -1;
        if (_failure is not null)
        {
            marks = PayloadMarks.Fault;
            fault = _links.State.AddFault(new Fault(ExitCode.BadData, _failure));
        }
        else if (payload.Has(PayloadMarks.Fault))
        {
            marks = PayloadMarks.Fault;
            fault = payload.Fault;
        }
        else if (end)
        {
            marks = PayloadMarks.End;
        }

        if (marks != PayloadMarks.None)
        {
            _links.State.LimitTo(number);
        }

        if (_parts.Window is not null)
        {
            _links.Order.Folded(_links.Index, number);
        }

        if (_deadOutput >= 0)
        {
            _counts[CountsLayout.RowsOut(_deadOutput)] = _links.Outputs[_deadOutput].Rows;
        }

        foreach (OutputLane output in _links.Outputs)
        {
            output.EndPayload(number, marks, fault, _counts);
        }

        if (_links.Outputs[0].IsGone && _links.State.Failure is not null)
        {
            _links.State.AddInFlight(_counts[CountsLayout.Events]);
        }

        EventsDone += _counts[CountsLayout.Events];
    }

    /// <summary>Closes the windows that this payload's watermark has passed; false when the run stopped before this payload meanwhile.</summary>
    private bool Close(WindowOperator window, long number, long earlierMax, bool end)
    {
        bool all = end && _failure is null;
        if (!all && (_parts.EventTime is null || !window.Closes(earlierMax, _time.Through)))
        {
            return true;
        }

        _links.Order.WaitFolded(_links.Index, number);
        if (IsBehindStop(number))
        {
            return false;
        }

        long ticks = Stopwatch.GetTimestamp();
        long bytes = CountsAllocations ? LaneAllocations.Unattributed() : 0;
        window.Close(_links.Operators, all ? long.MaxValue : _time.Through, _results!);
        _parts.WindowClock!.Add(ticks, bytes, 0, CountsAllocations);
        return true;
    }

    /// <summary>A payload behind the run's end: it has no effect, and its records are counted where the run broke off.</summary>
    private void Discard(in Payload payload)
    {
        PublishNothing(payload.Number);
        Drop(payload.Number, _links.State.Failure is null ? 0 : _decode.CountEvents(in payload));
    }

    /// <summary>Others need not wait for this payload's events and times.</summary>
    private void PublishNothing(long number)
    {
        if (_needsOrder && !_links.Order.IsPublished(_links.Index, number))
        {
            _links.Order.Publish(_links.Index, number, long.MinValue, 0);
        }
    }

    private void Drop(long number, long events)
    {
        _exchange?.Skip(number);
        if (_needsOrder)
        {
            _links.Order.Before(_links.Index, number);
        }

        _links.Order.Folded(_links.Index, number);
        if (_links.State.Failure is not null)
        {
            _links.State.AddInFlight(events);
        }
    }
}
