using System;
using System.Threading;

namespace DataStream.Host.Commands;

/// <summary>Calls once when the time is up, however long that is: a timer of the class library waits 49 days at most.</summary>
internal sealed class Deadline : IDisposable
{
    private const long LongestWait = 24 * 60 * 60 * 1000;

    private readonly Action _reached;
    private readonly long _end;
    private readonly Timer _timer;

    /// <summary>Starts now.</summary>
    public Deadline(long milliseconds, Action reached)
    {
        _reached = reached;
        _end = milliseconds > long.MaxValue - Environment.TickCount64 ? long.MaxValue : Environment.TickCount64 + milliseconds;
        _timer = new Timer(static deadline => ((Deadline)deadline!).Look(), this, Timeout.Infinite, Timeout.Infinite);
        Look();
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        long left = _end - Environment.TickCount64;
        if (left <= 0)
        {
            _reached();
            return;
        }

        try
        {
            _timer.Change(Math.Min(left, LongestWait), Timeout.Infinite);
        }
        catch (ObjectDisposedException)
        {
            // The run ended while the timer was on its way.
        }
    }
}
