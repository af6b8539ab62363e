using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Modules;
using DataStream.Plans;
using DataStream.Rings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataStream.Runtime;

/// <summary>A pipeline inside a program: register modules, open ingresses, start, watch, stop.</summary>
/// <remarks>
/// <see cref="Create(PipelineConfig, ILogger?)"/> checks the form alone; names and types are bound at the start, when every mistake is thrown as a
/// <see cref="ConfigException"/>. One run per processor. Members may be called from any thread; behind <see cref="DisposeAsync"/> nothing is registered, opened or started
/// (<see cref="ObjectDisposedException"/>), and the status stays as it was.
/// </remarks>
public sealed class DataStreamProcessor : IAsyncDisposable
{
    /// <summary>Slots of an ingress unless told otherwise.</summary>
    public const int IngressCapacity = 65_536;

    /// <summary>Rows in an egress's channel unless told otherwise.</summary>
    public const int EgressCapacity = 65_536;

    private readonly object _gate = new();
    private readonly PipelineConfig _config;
    private readonly ILogger _logger;
    private readonly MemoryPorts _ports = new();
    private PipelineRun? _run;
    private Task<RunReport>? _task;
    private readonly TaskCompletionSource _unstarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDisposed;
    private bool _hasFailedToStart;
    private TimeSpan? _patience;

    private DataStreamProcessor(PipelineConfig config, ILogger logger) => (_config, _logger) = (config, logger);

    /// <summary>Names → factories of this processor.</summary>
    public Catalog Catalog { get; } = new();

    /// <summary>Makes a processor; nothing runs or is opened yet.</summary>
    public static DataStreamProcessor Create(PipelineConfig config, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new DataStreamProcessor(config, logger ?? NullLogger.Instance);
    }

    /// <summary>Registers a row predicate: true keeps the row. It runs where <c>modules</c> names it, otherwise before the first window (at the end without one).</summary>
    /// <returns>False where <see cref="RegisterModule(string, Func{ModuleContext, Module})"/> would say so.</returns>
    public bool RegisterModule(string name, RowBinding bind)
    {
        ArgumentNullException.ThrowIfNull(bind);
        return RegisterModule(name, context => new RowFilterModule(bind));
    }

    /// <summary>Registers a module class; the factory is called once per lane and gets the module's settings. It runs where <c>modules</c> names it, otherwise before the first window (at the end without one).</summary>
    /// <remarks>
    /// Before the start a module is bound at the start, with every mistake in the <see cref="ConfigException"/> thrown then. While the pipeline runs it is bound here, and what is
    /// published or read once this has returned goes through it; the state of other modules and of the window stays. Until the pipeline has opened its inputs and outputs, and while
    /// another registration is being made, the call waits.
    /// </remarks>
    /// <returns>
    /// False when the name is taken (by a class, or by the <c>module_name</c> of another module), or the pipeline has ended. While it runs, also when binding fails, and where the
    /// pipeline could not go on as it is: the module is Keyed or Ordered and several lanes run; several lanes run, and it needs what a module with state per key makes and nobody needed before; it changes the columns of an output (its first rows are written); it
    /// replaces or hides a column that the window reads; it reads a column that the header of an input lacks, or the format cannot decode other columns in mid-run; memory_budget has no
    /// room for its batches. Nothing has changed then, and the log says why.
    /// </returns>
    public bool RegisterModule(string name, Func<ModuleContext, Module> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            bool isTaken = _config.DataCleaning.Concat(_config.Modules).Any(m => m.Name == name && m.Class != name);
            if (isTaken || _hasFailedToStart || _task is { IsCompleted: true } || !Catalog.TryAdd(new ModuleEntry(name, create, IsRegistered: true)))
            {
                return false;
            }

            return _run is null || AddToRun(_run, name);
        }
    }

    /// <summary>Registers a format; the factory is called once per input or output that names it, at the start, and gets its options. A configuration that is read from a file is told the name: <see cref="Config.Config.Load(string, IReadOnlyCollection{string})"/>.</summary>
    /// <returns>False when the name is taken, or the pipeline was started.</returns>
    public bool RegisterFormat(string name, Func<Settings, Format> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(create);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return IsBeforeStart && Catalog.TryAddFormat(name, create);
        }
    }

    /// <summary>Opens the input <c>memory:NAME</c>: one thread at a time may publish to it, others add a producer each.</summary>
    /// <typeparam name="T">The struct of an event; see <see cref="Ingress{T}"/>.</typeparam>
    /// <param name="name">As in <c>memory:NAME</c>.</param>
    /// <param name="capacity">Events that each producer's ring has room for: a power of two.</param>
    public Ingress<T> OpenIngress<T>(string name, int capacity = IngressCapacity) where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        RingCore<T, Native>.CheckSlots(capacity);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var ingress = new Ingress<T>(name, capacity, Waiting.Of(_config.Tuning.WaitStrategy));
            return IsBeforeStart && _ports.TryAdd(ingress) ? ingress : throw new InvalidOperationException($"The ingress '{name}' is opened once, and before the start.");
        }
    }

    /// <summary>Calls the handler with the rows of the output <c>memory:NAME</c>: on the lane itself where the plan has one lane, else on the output's thread; in order either way.</summary>
    /// <remarks>An exception of the handler ends the run with 70. What it allocates counts among the lane's allocations.</remarks>
    public EgressPort OnRows<T>(string name, RowsHandler<T> handler) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new CallbackEgress<T>(name, handler, null));
    }

    /// <summary>The same with a consumer that also learns of the end.</summary>
    public EgressPort OnRows<T>(string name, IRowConsumer<T> consumer) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(consumer);
        return Add(new CallbackEgress<T>(name, consumer.OnRows, consumer.OnEnd));
    }

    /// <summary>Opens the output <c>memory:NAME</c> as a channel with so much room, and as an <see cref="IAsyncEnumerable{T}"/>.</summary>
    public Egress<T> OpenEgress<T>(string name, int capacity = EgressCapacity) where T : unmanaged => Add(new Egress<T>(name, capacity));

    /// <summary>Opens the output <c>memory:NAME</c> for observers; they are called where <see cref="OnRows{T}(string, RowsHandler{T})"/> calls its handler.</summary>
    public ObservableEgress<T> Observe<T>(string name) where T : unmanaged => Add(new ObservableEgress<T>(name));

    /// <summary>Binds and starts the pipeline. The task ends when the input has ended or the token asked for it, and everything is drained.</summary>
    /// <exception cref="ConfigException">The configuration cannot run; all mistakes.</exception>
    /// <returns>A task that fails with <see cref="StopException"/> where the report's exit code is not 0.</returns>
    public async Task StartProcessingOnStreamAsync(CancellationToken stopping = default)
    {
        RunReport report = await StartAsync(new RunRequest(), stopping).ConfigureAwait(false);
        if (report.ExitCode != ExitCode.Done)
        {
            throw new StopException(report.ExitCode, report.Message, report.Cause);
        }
    }

    /// <summary>The same with the report as its result, whatever the exit code.</summary>
    /// <exception cref="ConfigException">The configuration cannot run; all mistakes. The processor is over then: producers and consumers of rows were told.</exception>
    /// <exception cref="InvalidOperationException">It was started before, well or not.</exception>
    public Task<RunReport> StartAsync(RunRequest request, CancellationToken stopping = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_task is not null)
            {
                throw new InvalidOperationException("A processor runs once; make another one.");
            }

            if (_hasFailedToStart)
            {
                throw new InvalidOperationException("The start of this processor failed, and its inputs and outputs were told; make another one.");
            }

            var errors = new ConfigErrors(_config.Secrets);
            if (BuildPlan(request, errors) is not { } plan)
            {
                var mistakes = new ConfigException(errors.Sorted());
                FailToStart(mistakes);
                throw mistakes;
            }

            foreach (string warning in plan.Warnings)
            {
                ProcessorLog.Advice(_logger, warning);
            }

            _patience = request.Patience;
            _run = new PipelineRun(plan, _ports);
            _run.Tell(warning => ProcessorLog.Advice(_logger, warning), message => ProcessorLog.News(_logger, message));
            CancellationTokenRegistration registration = stopping.Register(Stop);
            _task = Task.Factory.StartNew(() => Execute(_run, registration), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return _task;
        }
    }

    /// <summary>The plan as it would run.</summary>
    /// <exception cref="ConfigException">The configuration cannot run; all mistakes.</exception>
    public Plan BuildPlan(RunRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new ConfigErrors(_config.Secrets);
        return BuildPlan(request, errors) ?? throw new ConfigException(errors.Sorted());
    }

    /// <summary>The plan as it would run, or null with all mistakes added to <paramref name="errors"/>; null too where <see cref="RunRequest.StaysOffline"/> keeps it from its columns.</summary>
    public Plan? BuildPlan(RunRequest request, ConfigErrors errors)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(errors);
        Plan? plan = Planner.Build(_config, Catalog, new PlanOptions
        {
            AllowedCores = CpuSet.Allowed(),
            LaneCores = CoreOrder.ForLanes(CpuSet.Allowed()),
            UsableCores = CpuSet.Usable(),
            MemoryLimit = MemoryLimit.Bytes(),
            PortBytes = _ports.Bytes,
            MaxEvents = request.MaxEvents,
            RunsElsewhere = request.RunsElsewhere,
            StaysOffline = request.StaysOffline,
            Ingresses = _ports.Inputs,
            Egresses = _ports.Outputs,
        }, errors);
        if (plan is not null)
        {
            _ports.Check(plan.Config, errors);
        }

        return errors.Count == 0 ? plan : null;
    }

    /// <summary>Throughput, errors, lag, ledger and stages as they stand.</summary>
    public PipelineStatus GetStatus()
    {
        PipelineRun? run = _run;
        Task<RunReport>? task = _task;
        if (run is null || task is null)
        {
            return new PipelineStatus();
        }

        PipelineState state = !task.IsCompleted ? PipelineState.Running
            : task is { IsCompletedSuccessfully: true, Result.ExitCode: ExitCode.Done } ? PipelineState.Completed : PipelineState.Failed;
        return run.Status() with { State = state };
    }

    /// <summary>A snapshot per interval until the pipeline has ended, or was disposed of unstarted (the last one is then), or the token asks for it.</summary>
    public async IAsyncEnumerable<MonitoringSnapshot> PipelineMonitoringAsync(TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var timer = new PeriodicTimer(interval);
        PipelineStatus before = GetStatus();
        bool hasEnded;
        do
        {
            Task<RunReport>? running = _task;
            Task<bool> tick = timer.WaitForNextTickAsync(cancellation).AsTask();
            Task end = running ?? (Task)_unstarted.Task;
            hasEnded = await Task.WhenAny(end, tick).ConfigureAwait(false) == end;
            if (!hasEnded && (tick.IsCanceled || !await tick.ConfigureAwait(false)))
            {
                yield break; // the pipeline has still to drain
            }

            PipelineStatus now = GetStatus();
            double seconds = Math.Max(1e-9, (now.Elapsed - before.Elapsed).TotalSeconds);
            yield return new MonitoringSnapshot(DateTime.UtcNow, now, (now.EventsRead - before.EventsRead) / seconds, (now.BytesIn - before.BytesIn) / seconds);
            before = now;
        }
        while (!hasEnded);
    }

    /// <summary>Stops the pipeline, drains it, and frees its memory. One that was not started ends for all who wait for it: producers, consumers of rows, observers of its state.</summary>
    public async ValueTask DisposeAsync()
    {
        bool isFirst = !Interlocked.Exchange(ref _isDisposed, true);
        Stop();
        Task<RunReport>? task;
        lock (_gate)
        {
            task = _task; // a start that was under way is over
        }

        if (task is not null)
        {
            Stop();
            await Task.WhenAny(task).ConfigureAwait(false);
        }

        if (!isFirst)
        {
            return;
        }

        lock (_gate)
        {
            _run?.Dispose();
            if (IsBeforeStart)
            {
                EndUnstarted(new StopException(ExitCode.Interrupted, "the pipeline was disposed of before it started"));
            }
        }
    }

    /// <summary>Ends the input: what was read is worked on, windows close, outputs are flushed.</summary>
    public void Stop() => _run?.Stop(_patience);

    private bool IsBeforeStart => _task is null && !_hasFailedToStart;

    /// <summary>The program's ends cannot be told of a second start: who waits learns of the mistakes, and the processor is over.</summary>
    private void FailToStart(ConfigException mistakes)
    {
        _hasFailedToStart = true;
        try
        {
            EndUnstarted(mistakes);
        }
        catch (Exception theirs) when (theirs is not OutOfMemoryException)
        {
            // The mistakes are what the caller needs.
            ProcessorLog.Advice(_logger, $"the program that takes the rows threw {theirs.GetType().Name} when it was told that the start failed: {theirs.Message}");
        }
    }

    private void EndUnstarted(Exception why)
    {
        try
        {
            _ports.EndAll(why);
        }
        finally
        {
            _unstarted.TrySetResult();
        }
    }

    private TPort Add<TPort>(TPort port) where TPort : EgressPort
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ArgumentException.ThrowIfNullOrEmpty(port.Name, "name");
            return IsBeforeStart && _ports.TryAdd(port) ? port : throw new InvalidOperationException($"The output 'memory:{port.Name}' is opened once, and before the start.");
        }
    }

    private bool AddToRun(PipelineRun run, string name)
    {
        var errors = new ConfigErrors(_config.Secrets);
        bool isAdded = false;
        try
        {
            isAdded = run.TryAdd(name, errors);
        }
        finally
        {
            if (!isAdded)
            {
                Catalog.Remove(name);
            }
        }

        foreach (ConfigError error in errors.Sorted())
        {
            ProcessorLog.Advice(_logger, $"not registered: {error.Message}");
        }

        return isAdded;
    }

    private RunReport Execute(PipelineRun run, CancellationTokenRegistration registration)
    {
        using (registration)
        {
            RunReport report;
            try
            {
                report = run.Execute();
            }
            catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
            {
                _ports.EndAll(unexpected);
                throw;
            }

            foreach (string notice in run.Notices)
            {
                ProcessorLog.Advice(_logger, notice);
            }

            report = _ports.EndAll(report, _logger);
            ProcessorLog.Report(_logger, report);
            return report;
        }
    }
}
