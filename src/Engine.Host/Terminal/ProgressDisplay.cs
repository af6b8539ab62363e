using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using DataStream.Flow;
using DataStream.Runtime;
using Spectre.Console;

namespace DataStream.Host.Terminal;

/// <summary>Live figures on a terminal while a run goes on: events, rates, lag, and where the events went. Gone when the run has ended.</summary>
internal sealed class ProgressDisplay : IDisposable
{
    private static readonly TimeSpan s_beforeFirst = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(250);

    private readonly IAnsiConsole _console;
    private readonly Func<PipelineStatus> _status;
    private readonly ManualResetEventSlim _ended = new();
    private readonly Thread _thread;

    /// <param name="status">Gives the totals as they stand; asked from this display's own thread.</param>
    public ProgressDisplay(IAnsiConsole console, Func<PipelineStatus> status)
    {
        (_console, _status) = (console, status);
        _thread = new Thread(Show) { IsBackground = true, Name = "progress" };
        _thread.Start();
    }

    public void Dispose()
    {
        _ended.Set();
        _thread.Join();
        _ended.Dispose();
    }

    private void Show()
    {
        // Short work needs no display.
        if (_ended.Wait(s_beforeFirst))
        {
            return;
        }

        _console.Live(new Text("")).AutoClear(true).Start(live =>
        {
            PipelineStatus before = _status();
            long taken = Stopwatch.GetTimestamp();
            while (!_ended.Wait(s_between))
            {
                PipelineStatus now = _status();
                double seconds = Stopwatch.GetElapsedTime(taken).TotalSeconds;
                taken = Stopwatch.GetTimestamp();
                live.UpdateTarget(new Text(Describe(before, now, seconds)));
                before = now;
            }
        });
    }

    /// <summary>Two lines: rates since the status before, and the ledger so far.</summary>
    internal static string Describe(PipelineStatus before, PipelineStatus now, double seconds)
    {
        double events = (now.EventsRead - before.EventsRead) / seconds, bytes = (now.BytesIn - before.BytesIn) / seconds;
        Ledger ledger = now.Ledger;
        return $"{Counted.Of(now.EventsRead, "event")} in {Printable.Duration(TimeSpan.FromSeconds(Math.Round(now.Elapsed.TotalSeconds, 1)))}, "
            + $"{Printable.Rate(events)} events/s, {Printable.Millions(bytes)} MB/s, lag {Printable.Count(now.Lag)}{(now.IsPartitioned ? $" ({Printable.Seconds(now.LagSeconds)})" : "")}"
            + (now.Restored.All > 0 ? string.Create(CultureInfo.InvariantCulture, $", states restored {100 * now.Restored.Read / now.Restored.All} %\n") : "\n")
            + $"out {Printable.Count(ledger.Out)}, aggregated {Printable.Count(ledger.Aggregated)}, filtered {Printable.Count(ledger.Filtered)}, "
            + $"deduplicated {Printable.Count(ledger.Deduplicated)}, late {Printable.Count(ledger.Late)}, dead {Printable.Count(ledger.Dead)}";
    }
}
