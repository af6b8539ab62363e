using System;
using System.Collections.Generic;
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
    private readonly bool _decodesWhole;
    private readonly bool _needsOrder;
    private long _partitionMax = long.MinValue; // of a task: the highest event time so far
    private readonly EventClock _time;
    private readonly PayloadDrops _drops;
    private readonly WindowClosing? _windows;
    private readonly WindowHold? _hold;
    private readonly ChainStates? _states;
    private long _payloadMax = long.MinValue; // of the payload that is worked on
    private readonly bool _isPartitioned;
    private string? _failure;

    /// <summary>The lane's chains of partitions, in the order of those: what is behind the input's end is for all of them.</summary>
    public IReadOnlyList<Chain> Tasks { get; set; } = [];

    public Chain(ChainParts parts, LaneLinks links, DeadPlan deadPlan, int deadOutput)
    {
        (_parts, _links, _deadPlan, _deadOutput) = (parts, links, deadPlan, deadOutput);
        _arena = new TextArena(parts.ChargeText);
        _counts = new long[links.Layout.Length];
        _exchange = links.Exchange;
        _isPartitioned = links.IsPartitioned;
        _hold = links.Held is null ? null : new WindowHold(links.Held, links.Reach);
        _states = links.Images is null ? null : new ChainStates(parts, links.Images);
        _time = new EventClock(parts.EventTime is not null, links.State, _counts, links.TimeIsTold);
        _dead = new DeadStage(deadPlan, links.State, deadOutput < 0 ? null : links.Outputs[deadOutput], links.Layout, parts.ChargeText);
        _needsOrder = (parts.EventTime is not null && !links.HasTasks) || links.MaxEvents != long.MaxValue || _exchange is not null;
        _decodesWhole = _needsOrder || parts.EventTime is not null;
        _decode = new DecodeStage(parts, _arena, _decodesWhole);
        _drops = new PayloadDrops(links, _decode, _needsOrder);
        _modules = new ModuleRun(parts, _exchange is null ? 1 : DecodeStage.BatchesOfPayload);
        _encode = new EncodeStage(parts, links, _counts);
        if (parts.Window is not null)
        {
            _results = new ResultRows(parts, deadPlan, _dead, links.Layout, _counts, batch => _encode.Rows(batch, areRecords: false));
            _windows = new WindowClosing(parts.Window, parts.WindowClock!, links, _results);
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
            _drops.Discard(in payload);
            return;
        }

        _links.Layout.Clear(_counts);
        _arena.Reset();
        _decode.BeginPayload(in payload);
        _dead.BeginPayload(in payload);
        _encode.BeginPayload(in payload);
        foreach (OutputLane output in _links.Outputs)
        {
            output.BeginPayload(number);
        }

        _failure = null;
        bool end = payload.Has(PayloadMarks.End);
        long earlierMax = long.MinValue;
        if (_decodesWhole)
        {
            int batches = _decode.All(in payload, out long maxTime, out int events);
            maxTime = payload.Has(PayloadMarks.Idle) ? payload.ToldTime : _links.TimeIsTold ? long.MinValue : maxTime; // as if others' event time were its own
            long earlierEvents = 0;
            if (_needsOrder)
            {
                _links.Order.Publish(_links.Index, number, maxTime, events);
                (earlierMax, earlierEvents) = _links.Order.Before(_links.Index, number);
            }

            earlierMax = _links.IsTask ? _partitionMax : earlierMax;
            _partitionMax = Math.Max(_partitionMax, maxTime);
            _payloadMax = maxTime;
            if (IsBehindStop(number) || earlierEvents >= _links.MaxEvents)
            {
                _drops.Drop(number, events);
                return;
            }

            end |= _decode.Limit(batches, _links.MaxEvents - earlierEvents, events);
            if (_exchange is null)
            {
                RunAll(batches, in payload, earlierMax);
            }
            else if (!AskAll(_exchange, batches, in payload, earlierMax, end))
            {
                _drops.Drop(number, events);
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
                Run(_decode[0], in payload, _decode.Ended);
            }
        }
        _time.Through = payload.Has(PayloadMarks.Idle) ? _partitionMax : _time.Through;
        EndPayload(in payload, earlierMax, end);
        _links.Clock?.Highest = _partitionMax;
    }

    /// <summary>The lane broke off inside this payload: others must not wait for what it will not do.</summary>
    public void Abandon(in Payload payload)
    {
        _arena.Reset();
        _drops.Abandon(in payload, _counts[CountsLayout.Events]);
    }

    /// <summary>Lets the others go on where nothing can be said of the payload's records.</summary>
    public void Release(long number) => _drops.Release(number);

    /// <summary>A partition goes on where its windows up to this event time are closed: its events before are late.</summary>
    public void Resume(long time) => _partitionMax = Math.Max(_partitionMax, time);

    /// <summary>A partition goes on with states that were kept.</summary>
    public void Load(StateImage?[] kept) => Resume(_states!.Load(kept));

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
        _dead.Dispose();
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
            Run(batch, in payload, StageStart.Now(CountsAllocations, _decode.Stands));
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
            Leave(_decode[i], _modules[i], in payload, StageStart.Now(CountsAllocations));
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

    private void Run(Batch batch, in Payload payload, StageStart start)
    {
        start = _modules.Run(batch, start);
        CutAtFailure(batch, in payload);
        Leave(batch, _modules[0], in payload, start);
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
    private void Leave(Batch batch, RowFates fates, in Payload payload, StageStart start)
    {
        if (_parts.Window is null)
        {
            _encode.Rows(batch, areRecords: true, start);
        }
        else if (_parts.WindowAsks is null)
        {
            Fold(batch, fates, _parts.Window, start);
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

    private void Fold(Batch batch, RowFates fates, WindowOperator window, StageStart start)
    {
        Span<ulong> late = fates.Late(batch);
        window.Fold(batch, late, _results!);
        _counts[CountsLayout.Of(Bucket.Aggregated)] += batch.CountLive();
        _parts.WindowClock!.Add(in start, batch.Count);
        _encode.Late(batch, late);
    }

    private void EndPayload(in Payload payload, long earlierMax, bool end)
    {
        _dead.WriteHeld();
        long number = payload.Number;
        for (int i = 0; payload.Has(PayloadMarks.Close) && _failure is null && i < Tasks.Count; i++)
        {
            _failure = Tasks[i].CloseAll(_counts, number);
        }

        if (_windows is not null && _parts.WindowAsks is null && !Close(_windows, number, earlierMax, end && !_isPartitioned))
        {
            _drops.Drop(number, _counts[CountsLayout.Events]);
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

        _states?.Note(in payload, _partitionMax);
        _hold?.Note(in payload, _parts.EventTime is null ? long.MaxValue : _payloadMax, _partitionMax);
        if (_parts.Window is not null)
        {
            _links.Order.Folded(number);
        }

        if (_deadOutput >= 0)
        {
            _counts[CountsLayout.RowsOut(_deadOutput)] = _links.Outputs[_deadOutput].Rows;
        }

        _links.EndPayload(number, marks, fault, _counts);

        if (_links.Outputs[0].IsGone && _links.State.Failure is not null)
        {
            _links.State.AddInFlight(_counts[CountsLayout.Events]);
        }

        EventsDone += _counts[CountsLayout.Events];
    }

    /// <summary>Closes the windows that this payload's watermark has passed; false when the run stopped before this payload meanwhile.</summary>
    private bool Close(WindowClosing windows, long number, long earlierMax, bool end)
    {
        bool all = end && _failure is null;
        if (!all && (_parts.EventTime is null || !windows.IsDue(earlierMax, _time.Through)))
        {
            return true;
        }

        windows.WaitForOthers(number);
        if (IsBehindStop(number))
        {
            return false;
        }

        windows.Close(number, all ? long.MaxValue : _time.Through, CountsAllocations);
        return true;
    }

    /// <summary>Closes all windows of this partition under the payload of another chain of the lane; what ended the run, or null.</summary>
    private string? CloseAll(long[] counts, long number)
    {
        _links.Layout.Clear(_counts);
        _arena.Reset();
        _windows?.Close(number, long.MaxValue, countsAllocations: false);
        _links.Layout.Add(_counts, counts);
        _hold?.Release(number, _partitionMax);
        return _results?.Failure;
    }
}
