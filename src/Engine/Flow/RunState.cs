using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;

namespace DataStream.Flow;

/// <summary>What readers, lanes and writers of one run share: where it stops and why, the names of its sources, examples of dead records.</summary>
/// <remarks>Every member may be used by any thread. Nothing here is touched per row.</remarks>
public sealed class RunState
{
    private readonly object _gate = new();
    private readonly List<Fault> _faults = [];
    private byte[][] _sources = [];
    private long _stopAfter = long.MaxValue;
    private long _inFlight;
    private Fault? _failure;

    /// <summary>Payloads behind this one have no effect. It only gets smaller.</summary>
    public long StopAfter => Volatile.Read(ref _stopAfter);

    /// <summary>Records of payloads that were read and not written whole.</summary>
    public long InFlight => Volatile.Read(ref _inFlight);

    /// <summary>What broke the run off out of band: an output that failed, an exception; null while nothing did.</summary>
    public Fault? Failure => Volatile.Read(ref _failure);

    /// <summary>Called once, by the first thread that ends the run early: interrupts sources, and wakes who waits when it failed.</summary>
    public Action? Stopping { get; set; }

    /// <summary>Told what somebody should know while the run goes on. Before the start.</summary>
    public Action<string>? Warning { get; set; }

    /// <summary>Told what is of interest while the run goes on. Before the start.</summary>
    public Action<string>? Information { get; set; }

    public DeadExamples Examples { get; } = new();

    /// <summary>The first event, in input order, that was more than a day ahead of the wall clock.</summary>
    public FarFutureEvent FarFuture { get; } = new();

    /// <summary>The run ends behind this payload; those already being worked on behind it are dropped.</summary>
    public void LimitTo(long number)
    {
        lock (_gate)
        {
            if (number >= _stopAfter)
            {
                return;
            }

            Volatile.Write(ref _stopAfter, number);
        }

        Stopping?.Invoke();
    }

    /// <summary>Breaks the run off: what is not written whole is in flight. The first failure counts.</summary>
    public void Fail(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
        {
            if (_failure is not null)
            {
                return;
            }

            Volatile.Write(ref _failure, fault);
        }

        Stopping?.Invoke();
    }

    public void AddInFlight(long records) => Interlocked.Add(ref _inFlight, records);

    /// <summary>Keeps a fault that travels in band with a payload; the number goes into the payload.</summary>
    public int AddFault(Fault fault)
    {
        lock (_gate)
        {
            _faults.Add(fault);
            return _faults.Count - 1;
        }
    }

    public Fault FaultAt(int index)
    {
        lock (_gate)
        {
            return _faults[index];
        }
    }

    /// <summary>Gives a source or file a number for payloads.</summary>
    public int AddSource(string name)
    {
        lock (_gate)
        {
            byte[][] next = [.. _sources, Encoding.UTF8.GetBytes(name)];
            Volatile.Write(ref _sources, next);
            return next.Length - 1;
        }
    }

    public ReadOnlySpan<byte> SourceName(int source)
    {
        byte[][] sources = Volatile.Read(ref _sources);
        return (uint)source < (uint)sources.Length ? sources[source] : default;
    }
}
