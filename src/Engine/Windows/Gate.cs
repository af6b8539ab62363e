using System.Threading;

namespace DataStream.Windows;

/// <summary>A spin lock for a few instructions, taken when windows open or close, never per row.</summary>
internal struct Gate
{
    private int _taken;

    public void Enter()
    {
        var wait = default(SpinWait);
        while (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
        {
            wait.SpinOnce();
        }
    }

    public void Leave() => Volatile.Write(ref _taken, 0);
}
