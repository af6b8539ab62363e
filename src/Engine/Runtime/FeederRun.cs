using System;
using System.Threading;
using DataStream.Flow;
using DataStream.Plans;

namespace DataStream.Runtime;

/// <summary>The first half of a run whose records go through a topic by key: a run of its own beside the second, which it ends with where it fails.</summary>
/// <param name="plan">The first half.</param>
/// <param name="second">Learns of its failure.</param>
internal sealed class FeederRun(Plan plan, RunState second) : IDisposable
{
    private readonly PipelineRun _run = new(plan);
    private Thread? _thread;

    /// <summary>Messages of the input that were not sent on yet.</summary>
    public long Lag => _run.Status().InputLag;

    public void Start()
    {
        _run.Tell(message => second.Warning?.Invoke(message), message => second.Information?.Invoke(message));
        _thread = new Thread(Work) { IsBackground = true, Name = "repartition" };
        _thread.Start();
    }

    /// <summary>Reads no more; what was read is sent on.</summary>
    public void Stop() => _run.Stop();

    /// <summary>The second half is over: it ends too. Until then it says how far the input is to whoever comes late.</summary>
    public void Join()
    {
        Stop();
        _thread?.Join();
    }

    public void Dispose() => _run.Dispose();

    private void Work()
    {
        try
        {
            RunReport report = _run.Execute();
            // Records that cannot be read are judged in the second half, which gets them all.
            if (report.ExitCode is not (ExitCode.Done or ExitCode.BadData))
            {
                second.Fail(new Fault(report.ExitCode, report.Message, report.Cause));
            }
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            second.Fail(new Fault(ExitCode.Internal, $"repartition: {unexpected.Message}", unexpected));
        }
    }
}
