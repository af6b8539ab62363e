using System;
using System.Collections.Generic;

namespace DataStream.Kafka.Repartition;

/// <summary>What one partition of the topic between was told of the input's partitions: how far each is, in offsets and in event time. Reader thread only.</summary>
internal sealed class OriginTimes
{
    private Dictionary<(string Topic, int Partition), (long Next, long Time, bool IsQuiet)> _told = [];
    private Kept _cut = new([], false); // as it was when the last transaction ended
    private Kept _kept = new([], false); // as it was committed
    private bool _isNew; // something was told since
    private bool _hasAll;

    /// <summary>A word came. What was said before is not taken back by an older one.</summary>
    public void Note((string Topic, int Partition) origin, long next, long time, bool isQuiet)
    {
        if (_told.TryGetValue(origin, out (long Next, long Time, bool IsQuiet) before))
        {
            (next, time) = (Math.Max(next, before.Next), Math.Max(time, before.Time));
        }

        _told[origin] = (next, time, isQuiet);
        _isNew = true;
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

        _isNew |= !_hasAll;
        return _hasAll = true;
    }

    /// <summary>A transaction ends here.</summary>
    public void Cut()
    {
        if (_isNew)
        {
            (_cut, _isNew) = (new Kept(new(_told), _hasAll), false);
        }
    }

    /// <summary>That transaction was committed: what was told before is not said again.</summary>
    public void Keep() => _kept = _cut;

    /// <summary>What was told since is read again; whether all had come before.</summary>
    public bool GoBack()
    {
        (_told, _cut, _hasAll, _isNew) = (new(_kept.Told), _kept, _kept.HasAll, false);
        return _hasAll;
    }

    /// <summary>Nothing is known any more.</summary>
    public void Clear()
    {
        _kept = new Kept([], false);
        _ = GoBack();
    }

    private sealed record Kept(Dictionary<(string, int), (long Next, long Time, bool IsQuiet)> Told, bool HasAll);
}
