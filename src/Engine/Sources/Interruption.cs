using System;
using System.Threading;

namespace DataStream.Sources;

/// <summary>Ends a wait for bytes from another thread. On Linux it is a file descriptor that a poll waits for beside the input's.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly Lock _door = new();
    private volatile bool _requested;
    private int _descriptor = -1;

    public Interruption()
    {
        if (OperatingSystem.IsLinux())
        {
            _descriptor = Linux.MakeEvent(0, Linux.CloseOnExec);
        }
    }

    public bool IsRequested => _requested;

    /// <summary>Linux: readable once requested; −1 elsewhere.</summary>
    public int Descriptor => _descriptor;

    public void Request()
    {
        _requested = true;
        lock (_door)
        {
            if (_descriptor >= 0)
            {
                long one = 1;
                _ = Linux.Write(_descriptor, ref one, sizeof(long));
            }
        }
    }

    public void Dispose()
    {
        lock (_door)
        {
            if (_descriptor >= 0)
            {
                _ = Linux.Close(_descriptor);
                _descriptor = -1;
            }
        }
    }
}
