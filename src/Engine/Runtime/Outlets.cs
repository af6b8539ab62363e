using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Sinks;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>Opens the outputs of a run, once inputs and outputs are known to differ.</summary>
/// <remarks>A FIFO opens when its reader comes, which may be never: so it is done beside the run, and a run that is asked to end leaves it.</remarks>
internal sealed class Outlets(Plan plan, MemoryPorts ports)
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(50);

    private readonly object _gate = new();
    private readonly List<Sink> _sinks = [];
    private Fault? _fault;
    private ExceptionDispatchInfo? _unexpected;
    private bool _isLeft;

    /// <summary>The open sinks, in the order of the plan's outputs.</summary>
    public IReadOnlyList<Sink> Sinks => _sinks;

    /// <summary>Opens them all; what came in the way, or null. Where the run is asked to end before one of them opens, it is done.</summary>
    public Fault? Open(Func<bool> isStopped)
    {
        var thread = new Thread(OpenAll) { IsBackground = true, Name = "outputs" };
        thread.Start();
        long asked = 0;
        while (!thread.Join(s_look))
        {
            if (!isStopped())
            {
                continue;
            }

            asked = asked == 0 ? Stopwatch.GetTimestamp() : asked;
            if (Stopwatch.GetElapsedTime(asked) > s_grace && Leave())
            {
                return new Fault(ExitCode.Done, "");
            }
        }

        _unexpected?.Throw();
        return _fault;
    }

    private void OpenAll()
    {
        try
        {
            Connections.RefuseLoops(plan);
            foreach (OutputPlan output in plan.Outputs)
            {
                Sink sink = Connections.Sink(output, ports.Egress(output), plan);
                _sinks.Add(sink);
                sink.Open();
            }
        }
        catch (StopException stop)
        {
            _fault = new Fault(stop.Code, stop.Message);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            _unexpected = ExceptionDispatchInfo.Capture(unexpected);
        }

        lock (_gate)
        {
            if (_isLeft || _fault is not null || _unexpected is not null)
            {
                _sinks.ForEach(s => s.Dispose());
            }
        }
    }

    private bool Leave()
    {
        lock (_gate)
        {
            return _isLeft = true;
        }
    }
}
