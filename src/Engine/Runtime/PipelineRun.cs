using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Sinks;
using DataStream.Sources;
using DataStream.Stages;
using DataStream.Stages.Keys;
using DataStream.Windows;

namespace DataStream.Runtime;

/// <summary>One run of a plan: readers, lanes and writers with the rings between them, from start to drained.</summary>
/// <remarks><see cref="Execute"/> blocks the calling thread until everything has ended; <see cref="Stop"/> and <see cref="Status"/> are for any thread.</remarks>
public sealed class PipelineRun : IDisposable
{
    private readonly Plan _plan;
    private readonly IngressPort? _ingress;
    private readonly MemoryPorts _ports;
    private readonly bool _ownsProcess;
    private readonly RunState _state = new();
    private readonly CountsLayout _layout;
    private readonly Accountant _accountant;
    private readonly Drain _drain;
    private readonly RunRings _rings;
    private readonly List<PinnedThread> _laneThreads = [];
    private readonly Stopwatch _clock = new();
    private List<Source> _sources = [];
    private List<Reader> _readers = [];
    private List<Writer> _writers = [];
    private Lane[] _lanes = [];
    private Progress? _accepted;
    private readonly KeyExchange? _exchange;
    private readonly ManualResetEventSlim _isWired = new();
    private Dispatcher? _dispatcher;
    private MessageDispatcher? _messages;
    private readonly TaskPositions _positions = new();
    private readonly TaskStates? _states;
    private LiveModules? _live;
    private readonly FeederRun? _feeder;
    private volatile bool _stopped;
    private readonly DrainWatch _watch;

    /// <summary>A run of a plan without ends in a program.</summary>
    public PipelineRun(Plan plan, bool ownsProcess = false) : this(plan, new MemoryPorts(), ownsProcess)
    {
    }

    internal PipelineRun(Plan plan, MemoryPorts ports, bool ownsProcess = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        (_plan, _ingress, _ports, _ownsProcess) = (plan, ports.Ingress(plan.Ingress), ports, ownsProcess);
        _layout = plan.NewLayout();
        _accountant = new Accountant(_layout, plan.Config.Errors.ErrorBudget);
        _drain = new Drain(_state, _accountant);
        _watch = new DrainWatch(_state, () => Volatile.Read(ref _writers));
        _states = plan.States.Count == 0 ? null : new TaskStates(plan.States.Count, plan.Budget.Open("copies of partitions' states").Charge);
        _state.Stopping = OnStopping;
        _feeder = plan.Feeder is null ? null : new FeederRun(plan.Feeder, _state);
        _ingress?.WaitAs(Waiting.Of(plan));
        _exchange = plan.Keyed.Count == 0 ? null
            : new KeyExchange(plan.Keyed, plan.Lanes, plan.Config.Tuning.PartitionSize, Waiting.Of(plan), _state, plan.Budget.Open("keys between lanes"));
        _rings = new RunRings(plan, _layout, _exchange);
    }

    /// <summary>Who is told what somebody should know while the run goes on, and what is of interest. Before the start; called by any thread.</summary>
    public void Tell(Action<string> warning, Action<string> news) =>
        (_state.Warning, _state.Information) = (message => warning(_plan.Config.Secrets.Hide(message)), message => news(_plan.Config.Secrets.Hide(message)));

    /// <summary>Messages of the start: lanes that could not be pinned.</summary>
    public IReadOnlyList<string> Notices { get; private set; } = [];

    /// <summary>Runs to the end of input, a stop, or a fault; never throws for what the report can say.</summary>
    public RunReport Execute()
    {
        _clock.Start();
        List<PinnedThread> threads = [];
        Fault? opening;
        try
        {
            opening = Open();
            threads = opening is null ? Wire() : [];
        }
        finally
        {
            _isWired.Set();
        }

        if (opening is null)
        {
            if (_stopped)
            {
                OnStopping(); // asked to end before there was anything to end: nothing is read
            }

            _feeder?.Start();
            threads.ForEach(thread => thread.Start());

            if (_ownsProcess)
            {
                CpuSet.MoveUnpinned(_plan.AllowedCores, _plan.OtherCores);
            }

            Notices = [.. _laneThreads.Select(t => t.Message).OfType<string>().Distinct()];
            List<Writer> withThread = [.. _writers.Where(w => !w.RunsOnLane)];
            _drain.Join(threads.Skip(withThread.Count), withThread, threads);
            _drain.Sweep(_rings.Outputs[0], _lanes.Select(lane => lane.Main));
            _feeder?.Join();
            Notices = [.. Notices, .. _sources.SelectMany(s => s.Notices).Select(_plan.Config.Secrets.Hide), .. ReportBuilder.Forgotten(Parts), .. Allocations()];
        }

        _watch.Dispose();
        _clock.Stop();
        TimeSpan busy = (_dispatcher?.FirstArrival ?? _messages?.FirstArrival) is { } first and > 0 ? Stopwatch.GetElapsedTime(first) : _clock.Elapsed;
        return new ReportBuilder(_plan, _state, _accountant, _clock.Elapsed, busy).Build(
            opening ?? _drain.Tell(Outcome()), _sources, _lanes, Parts, [.. _laneThreads.Select(t => t.Cores)], _writers);
    }

    /// <summary>Ends the input: what was read is worked on, windows close, outputs are flushed. Any thread.</summary>
    /// <param name="patience">An output that stays in one call for so long is waited for no longer: the run breaks off with 130, and tells its name. Null: it is back-pressure.</param>
    public void Stop(TimeSpan? patience = null)
    {
        _stopped = true;
        if (patience is { } most)
        {
            _watch.Start(most);
        }

        OnStopping();
    }

    /// <summary>Totals and rates as they stand.</summary>
    public PipelineStatus Status()
    {
        long[] totals = _accountant.Totals();
        var ledger = Ledger.From(totals, _state.InFlight);
        return new PipelineStatus
        {
            Elapsed = _clock.Elapsed,
            EventsRead = Volatile.Read(ref _lanes).Sum(l => l.EventsDone),
            BytesIn = Volatile.Read(ref _sources).Sum(s => s.BytesIn),
            IsPartitioned = _plan.Messages is not null,
            InputLag = Volatile.Read(ref _sources).OfType<MessageSource>().Sum(s => s.Lag) + (_feeder?.Lag ?? 0),
            Restored = Volatile.Read(ref _sources).OfType<MessageSource>().Select(s => s.Restored).Aggregate((Read: 0L, All: 0L), (sum, next) => (sum.Read + next.Read, sum.All + next.All)),
            LagSeconds = Volatile.Read(ref _sources).OfType<MessageSource>().Select(s => s.LagSeconds).DefaultIfEmpty().Max(),
            Ledger = ledger,
            RowsOut = ReportBuilder.RowsOut(_plan, totals, _writers, w => w.Rows),
            Stages = ReportBuilder.Stages(Parts, ledger, totals),
        };
    }

    /// <summary>A report of what is known while the run goes on or where it broke: what lanes were done with and writers were not is in flight. Any thread.</summary>
    public RunReport Break(int code, string message, Exception? cause = null)
    {
        PipelineStatus status = Status();
        RunReport report = new ReportBuilder(_plan, _state, _accountant, _clock.Elapsed, _clock.Elapsed).Build(
            new Fault(code, message, cause), Volatile.Read(ref _sources), Volatile.Read(ref _lanes), Parts, [], _writers);
        Ledger ledger = report.Ledger;
        long lag = Math.Max(0, status.EventsRead - ledger.In);
        return report with { Ledger = ledger with { In = ledger.In + lag, InFlight = ledger.InFlight + lag } };
    }

    /// <summary>
    /// Puts a module that the catalogue has into the running chains, before the window or at the end; payloads made from now on go through it.
    /// False, with the reasons in <paramref name="errors"/>, where it cannot be bound or the run could not go on as it is; nothing has changed then.
    /// </summary>
    internal bool TryAdd(string name, ConfigErrors errors)
    {
        _isWired.Wait();
        return _live is not null && _live.TryAdd(name, errors);
    }

    public void Dispose()
    {
        _feeder?.Dispose();
        foreach (Reader reader in _readers)
        {
            reader.Dispose();
        }

        if (_plan.Messages is not null)
        {
            _sources.ForEach(s => s.Dispose());
        }

        Array.ForEach(_lanes, lane => lane.Dispose());

        _states?.Dispose();
        _exchange?.Dispose();
        List<PayloadRing> inUse = [];
        for (int output = 0; output < _writers.Count; output++)
        {
            if (_drain.Left.Contains(_writers[output]))
            {
                inUse.AddRange(_rings.Outputs[output]);
            }
            else
            {
                _writers[output].Sink.Dispose();
            }
        }

        _messages?.Dispose();
        _rings.DisposeExcept(inUse);

        _isWired.Dispose();
    }

    /// <summary>What <c>allocations: warn</c> says.</summary>
    private IEnumerable<string> Allocations() =>
        _plan.Config.Tuning.Allocations == "warn" ? AllocationWarnings.Of(Parts.Select(p => p.Clocks), _lanes.Sum(l => l.AllocatedBytes)) : [];

    private ChainParts[] Parts => _live?.Parts ?? [];

    /// <summary>Makes sources, sinks and writers.</summary>
    private Fault? Open()
    {
        var outlets = new Outlets(_plan, _ports);
        Fault? fault;
        try
        {
            Volatile.Write(ref _sources, Connections.Sources(_plan));
            fault = outlets.Open(() => _stopped);
        }
        catch (StopException stop)
        {
            fault = new Fault(stop.Code, stop.Message);
        }

        if (fault is not null)
        {
            _sources.ForEach(s => s.Dispose());
            return fault;
        }

        // Where main sheds, a payload's counts may come with a later one, for which lanes must not wait.
        bool ordersOutputs = _plan.Config.Errors.ErrorBudget is not null && _plan.Outputs.Count > 1 && !_plan.Outputs[0].MayShed;
        _accepted = ordersOutputs ? new Progress(Waiting.BesideLanes(_plan)) : null;
        _rings.MakeOutputs();
        Volatile.Write(ref _writers, [.. _plan.Outputs.Select((output, index) => new Writer(output, outlets.Sinks[index], [.. _rings.Outputs[index].Select(r => r.Ring)], _state,
            index == 0 ? _accountant : null, _accepted, Connections.Header(output, _plan)) { RunsOnLane = RunsOnLane(output, index, ordersOutputs), Takers = _rings.Takers })]);
        return null;
    }

    /// <summary>Whether the one lane calls the program itself. Outputs that wait for each other must not be on one thread.</summary>
    private bool RunsOnLane(OutputPlan output, int index, bool ordersOutputs) =>
        _plan.Lanes == 1 && _ports.Egress(output) is { IsPush: true } && (index == 0 || !ordersOutputs);

    /// <summary>Makes readers, lanes and writers, and the threads they run on.</summary>
    private List<PinnedThread> Wire()
    {
        FormatReading? reading = _ingress is null ? _plan.InputFormat.CreateReading(_plan.Decode) : null;
        Ring<Payload>[] inputs = _ingress is null ? _rings.MakeInputs() : [];
        var generation = new Generation();
        BoundChain[] bound = Array.ConvertAll(new int[_plan.Lanes], _ => _plan.NewChain());
        ChainParts[] parts = [.. bound.Select(b => ChainAssembly.Assemble(_plan, b, NewDecoder(b, reading, null)!))];
        WindowOperator[] operators = [.. parts.Select(p => p.Window).OfType<WindowOperator>()];
        var order = new PayloadOrder(_plan.Lanes, _plan.Config.Tuning.RingSize, Waiting.Of(_plan), _exchange?.Meanwhile, _rings.Takers?.Places ?? 0);
        var lanes = new Lane[_plan.Lanes];
        var links = new LaneLinks[_plan.Lanes];
        for (int i = 0; i < lanes.Length; i++)
        {
            OutputLane[] outputs = [.. _plan.Outputs.Select((o, index) => new OutputLane(_rings.Outputs[index][i].Ring, o.MayShed, index == 0 ? _layout : null)
                { Follow = _writers[index].RunsOnLane ? _writers[index].Follow : null })];
            links[i] = new LaneLinks(i, _state, order, _layout, outputs, operators, _plan.MaxEvents) { Exchange = _exchange?.Lane(i), IsPartitioned = _plan.Messages is not null, HasTasks = _plan.HasTasks, TimeIsTold = _plan.Feeder is not null, Forwards = _plan.Forwards, Reach = _plan.First.Window?.Reach ?? 0 };
            Own(i, parts[i]);
            var chain = new Chain(parts[i], links[i], _plan.Dead, _plan.DeadOutput);
            LaneInput input = _ingress is null ? _rings.InputOf(i, inputs) : new IngressInput(_ingress, _plan.Config.Tuning.PartitionSize, generation);
            lanes[i] = new Lane(i, input, chain, outputs, _state, _plan.Config.Tuning.Allocations, _exchange?.Lane(i))
                { Tasks = _plan.HasTasks ? new LaneTasks(_plan, links[i], chain, parts[i], _positions, _states, b => NewDecoder(b, reading, null)!) : null };
            _laneThreads.Add(new PinnedThread($"lane {i}", _plan.Cores.Count > 0 ? [_plan.Cores[i]] : [], lanes[i].Run));
        }

        ColdPaths.Touch();
        Volatile.Write(ref _lanes, lanes);
        Volatile.Write(ref _live, new LiveModules(_plan, generation, lanes, links, bound, parts, (chain, decode) => NewDecoder(chain, reading, decode)));
        List<PinnedThread> threads = [.. _writers.Where(w => !w.RunsOnLane).Select(w => new PinnedThread($"writer {w.Plan.Name}", _plan.OtherCores, w.Run)), .. _laneThreads];
        if (reading is not null && _plan.Messages is not null)
        {
            var source = (MessageSource)_sources[0];
            _messages = new MessageDispatcher(inputs, _state, _plan, reading.CreateMessageCutter(_plan.Inputs[0].ShownUri), generation, _positions, _states, Acknowledged) { Larger = _rings.Larger! };
            threads.Add(new PinnedThread("reader 0", _plan.OtherCores, new MessageReader(source, _messages, _state).Run));
        }
        else if (reading is not null)
        {
            _dispatcher = new Dispatcher(inputs, _state, _sources.Count, generation, _rings.Takers?.Rest ?? 0);
            _readers = [.. _sources.Select(s => new Reader(s, reading.CreateCutter(), _dispatcher, _state, _plan.Config.Tuning.PayloadSize, 4 * _plan.Config.Tuning.PartitionSize))];
            threads.AddRange(_readers.Select((r, i) => new PinnedThread($"reader {i}", _plan.OtherCores, r.Run)));
        }

        return threads;
    }

    /// <summary>A lane's decoder, under another plan than the first where one is given; null where the format cannot do that in mid-run.</summary>
    private Decoder? NewDecoder(BoundChain chain, FormatReading? reading, DecodePlan? decode)
    {
        if (reading is null)
        {
            return _ingress!.CreateDecoder((decode ?? _plan.Decode).Fields);
        }

        Decoder? values = decode is null ? reading.CreateDecoder() : reading.CreateDecoder(decode);
        return values is null || _plan.Messages is null ? values : new MessageDecoder(values, chain.Schema.Asides, _state.SourceName);
    }

    /// <summary>What a lane answers other lanes with: its own modules work on the keys that it owns.</summary>
    private void Own(int lane, ChainParts parts)
    {
        foreach (ModuleStage module in parts.Modules)
        {
            if (module.Asks is { } keyed)
            {
                _exchange!.Lane(lane).Own(keyed.Index, new ModuleOwner(keyed, module, _plan.Config.Tuning.PartitionSize, parts.ChargeText));
            }
        }

        if (parts.WindowAsks is { } window)
        {
            _exchange!.Lane(lane).Own(window.Index, new WindowOwner(window, parts.Window!, parts.WindowClock!, _plan.Config.Tuning.PartitionSize, parts.ChargeText));
        }
    }

    /// <summary>Every output has what came from payloads before this number.</summary>
    private (long Before, bool IsAll) Acknowledged()
    {
        (long least, bool isAll) = (long.MaxValue, true);
        foreach (Writer writer in _writers)
        {
            isAll &= writer.HasEnded; // asked first: what it acknowledged before it ended is seen then
            least = Math.Min(least, writer.Acknowledged);
        }

        // Where main sheds the others do not end with it when the budget is spent.
        isAll |= _writers[0] is { Plan.MayShed: true, HasEnded: true, IsOverBudget: true };
        return (least, isAll);
    }

    private void OnStopping()
    {
        _feeder?.Stop();
        foreach (Source source in Volatile.Read(ref _sources))
        {
            source.Interrupt();
        }

        _ingress?.Complete();
        if (_state.Failure is not null)
        {
            _ports.Interrupt();
            _accepted?.Poison();
            _rings.Poison();
        }
    }

    /// <summary>Out of band beats in band: a failure anywhere means that something is not written.</summary>
    private Fault? Outcome()
    {
        if (_state.Failure is { } failure)
        {
            return failure;
        }

        if (_writers[0].Outcome is { } outcome)
        {
            return outcome;
        }

        Ledger ledger = Ledger.From(_accountant.Totals(), _state.InFlight);
        bool isBounded = _sources.Count > 0 && _sources.All(s => s.IsBounded) && !_stopped;
        return isBounded && ledger.In > 0 && ledger.Dead + ledger.Late == ledger.In
            ? new Fault(ExitCode.BadData, ledger.In == 1
                ? "the only event ended dead or late: nothing came through; its reason is in the summary"
                : $"all {Counted.Of(ledger.In, "event")} ended dead or late: nothing came through; the first ones' reasons are in the summary")
            : null;
    }
}
