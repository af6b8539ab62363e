using System.Threading;

namespace DataStream.Rings;

/// <summary>A door of the class library's, for systems without one of their own here.</summary>
internal sealed class MonitorDoor : Door
{
    private readonly object _gate = new();
    private long _round;

    public override long Round => Volatile.Read(ref _round);

    public override void SleepWhile(long round)
    {
        lock (_gate)
        {
            while (_round == round)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    public override void NextRound()
    {
        lock (_gate)
        {
            Volatile.Write(ref _round, _round + 1);
            Monitor.PulseAll(_gate);
        }
    }
}
