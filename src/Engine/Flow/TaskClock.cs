using System.Threading;

namespace DataStream.Flow;

/// <summary>The highest event time of one partition, in microseconds. One lane writes, others read.</summary>
public sealed class TaskClock
{
    private long _highest = long.MinValue;

    /// <summary>Of what the lane is done with; <see cref="long.MinValue"/>: there was none.</summary>
    public long Highest
    {
        get => Volatile.Read(ref _highest);
        set => Volatile.Write(ref _highest, value);
    }
}
