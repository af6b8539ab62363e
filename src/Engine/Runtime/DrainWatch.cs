using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Threading;
using DataStream.Flow;

namespace DataStream.Runtime;

/// <summary>
/// Watches the outputs of a run that was asked to end: one that stays in one and the same call for too long, and nothing of it leaves, keeps the run
/// from ending, which then breaks off as a second interrupt would, with the output's name. An output that moves, within a call too, is waited for.
/// </summary>
internal sealed class DrainWatch(RunState state, Func<IReadOnlyList<Writer>> writers) : IDisposable
{
    private const int LooksPerPatience = 40;

    private readonly object _gate = new();
    private readonly Dictionary<Writer, (long Calls, (long, long) Steps, TimeSpan Since)> _seen = [];
    private Timer? _timer;
    private bool _isOver;

    /// <summary>Watches from now on, if it does not already. Any thread.</summary>
    public void Start(TimeSpan patience)
    {
        lock (_gate)
        {
            if (_timer is null && !_isOver)
            {
                long start = Stopwatch.GetTimestamp();
                TimeSpan period = TimeSpan.FromMilliseconds(Math.Max(1, patience.TotalMilliseconds / LooksPerPatience));
                _timer = new Timer(_ => Look(Stopwatch.GetElapsedTime(start), patience), null, period, period);
            }
        }
    }

    /// <summary>Looks once.</summary>
    /// <param name="now">Since the watch began.</param>
    /// <param name="patience">How long nothing of a call may move.</param>
    internal void Look(TimeSpan now, TimeSpan patience)
    {
        lock (_gate)
        {
            foreach (Writer writer in writers())
            {
                long calls = writer.Calls;
                (long, long) steps = writer.Steps;
                if (writer.HasEnded || (calls & 1) == 0)
                {
                    _seen.Remove(writer);
                }
                else if (!_seen.TryGetValue(writer, out (long Calls, (long, long) Steps, TimeSpan Since) seen) || seen.Calls != calls || seen.Steps != steps)
                {
                    _seen[writer] = (calls, steps, now);
                }
                else if (now - seen.Since >= patience && !_isOver)
                {
                    _isOver = true;
                    state.Fail(new Fault(ExitCode.Interrupted, string.Create(CultureInfo.InvariantCulture,
                        $"asked to end, and the output '{writer.Plan.Name}' took nothing for {patience.TotalSeconds:0.###} s: what was not written is in flight")));
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }
}
