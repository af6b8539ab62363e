using System;
using System.Collections.Generic;

namespace DataStream.Kafka.Repartition;

/// <summary>What one partition of the topic between was told of the input's partitions: how far each is, in offsets and in event time. Reader thread only.</summary>
internal sealed class OriginTimes
{
    private readonly Dictionary<(string Topic, int Partition), (long Next, long Time, bool IsQuiet)> _told = [];

    /// <summary>A word came. What was said before is not taken back by an older one.</summary>
    public void Note((string Topic, int Partition) origin, long next, long time, bool isQuiet)
    {
        if (_told.TryGetValue(origin, out (long Next, long Time, bool IsQuiet) before))
        {
            (next, time) = (Math.Max(next, before.Next), Math.Max(time, before.Time));
        }

        _told[origin] = (next, time, isQuiet);
    }

    /// <summary>The event time that all of these have reached, but for those that are quiet; <see cref="long.MinValue"/>: one was not heard of, or all are quiet.</summary>
    public long Through(IReadOnlyCollection<(string, int)> origins)
    {
        long lowest = long.MaxValue;
        foreach ((string, int) origin in origins)
        {
            if (!_told.TryGetValue(origin, out (long Next, long Time, bool IsQuiet) told))
            {
                return long.MinValue;
            }

            lowest = told.IsQuiet ? lowest : Math.Min(lowest, told.Time);
        }

        return lowest == long.MaxValue ? long.MinValue : lowest;
    }

    /// <summary>Whether everything before these offsets has come.</summary>
    public bool HaveReached(IReadOnlyDictionary<(string, int), long> ends)
    {
        foreach (((string, int) origin, long end) in ends)
        {
            if (end > 0 && _told.GetValueOrDefault(origin).Next < end)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Nothing is known any more.</summary>
    public void Clear() => _told.Clear();
}
