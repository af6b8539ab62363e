using System;
using System.Diagnostics;
using System.Threading;

namespace DataStream.Sources;

/// <summary>Makes events of imagined sensors as CSV with a header: deterministic for a seed, as fast as taken or at a rate by the wall clock.</summary>
public sealed class GeneratorSource : Source
{
    private readonly GeneratorSettings _settings;
    private readonly SensorLines _lines;
    private readonly Lock _door = new();
    private readonly ManualResetEventSlim _interrupted = new();
    private readonly byte[] _rest = new byte[SensorLines.MostBytes];
    private int _restStart;
    private int _restEnd;
    private long _made;
    private long _started = -1;
    private long _bytesIn;
    private bool _isOpen;
    private bool _isDisposed;
    private volatile bool _isInterrupted;

    public GeneratorSource(GeneratorSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _lines = new SensorLines(settings);
        SensorLines.Header.CopyTo(_rest);
        _restEnd = SensorLines.Header.Length;
    }

    public override long BytesIn => Volatile.Read(ref _bytesIn);

    public override bool IsBounded => _settings.Events is not null;

    public override bool IsReady => _restStart < _restEnd || IsAtEnd || Due() > 0;

    public override bool IsInterrupted => _isInterrupted;

    private bool IsAtEnd => _made >= (_settings.Events ?? long.MaxValue);

    public override bool NextPart(out string name)
    {
        name = "generator:sensors";
        bool isFirst = !_isOpen && !_isInterrupted;
        _isOpen = true;
        return isFirst;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _isInterrupted)
        {
            return 0;
        }

        int count = TakeRest(buffer);
        if (count == 0 && !IsAtEnd && WaitUntilDue())
        {
            count = Make(buffer, Due());
        }

        Volatile.Write(ref _bytesIn, _bytesIn + count);
        return count;
    }

    public override void Interrupt()
    {
        _isInterrupted = true;
        lock (_door)
        {
            if (!_isDisposed)
            {
                _interrupted.Set();
            }
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_door)
        {
            _isDisposed = true;
            _interrupted.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Make(Span<byte> buffer, long due)
    {
        int at = 0;
        for (; due > 0 && buffer.Length - at >= SensorLines.MostBytes; due--)
        {
            at += _lines.Write(buffer[at..]);
            _made++;
        }

        if (at == 0)
        {
            // Less room than a line may need: it is handed out in pieces.
            _restStart = 0;
            _restEnd = _lines.Write(_rest);
            _made++;
            at = TakeRest(buffer);
        }

        return at;
    }

    private int TakeRest(Span<byte> buffer)
    {
        int count = Math.Min(_restEnd - _restStart, buffer.Length);
        _rest.AsSpan(_restStart, count).CopyTo(buffer);
        _restStart += count;
        return count;
    }

    /// <summary>How many events may be made now.</summary>
    private long Due()
    {
        long left = (_settings.Events ?? long.MaxValue) - _made;
        if (_settings.Rate is not long rate)
        {
            return left;
        }

        _started = _started < 0 ? Stopwatch.GetTimestamp() : _started;
        double due = Math.Floor(Stopwatch.GetElapsedTime(_started).TotalSeconds * rate) + 1;
        return Math.Min(left, (long)due - _made);
    }

    // False when interrupted.
    private bool WaitUntilDue()
    {
        while (Due() <= 0)
        {
            // Until the next event's time, rounded up; a millisecond is what the system's timers can do.
            double seconds = ((double)_made / _settings.Rate!.Value) - Stopwatch.GetElapsedTime(_started).TotalSeconds;
            if (_interrupted.Wait(TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(seconds * 1000), 1, 60_000))))
            {
                return false;
            }
        }

        return !_isInterrupted;
    }
}
