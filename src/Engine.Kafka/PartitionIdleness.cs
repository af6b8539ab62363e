using System;
using System.Collections.Generic;

namespace DataStream.Kafka;

/// <summary>
/// Finds partitions that are silent while others go on: they take the lowest event time of those, so that their windows close. Only the partitions of this
/// process are known; if all are silent nothing moves. Reader thread only.
/// </summary>
/// <param name="timeout">How long a partition that was read to its end says nothing until it counts as silent, in milliseconds.</param>
internal sealed class PartitionIdleness(long timeout)
{
    private const long Interval = 200; // between two looks: far less than the second that a window may be late by

    private long _lastLook = long.MinValue;

    /// <summary>Calls <paramref name="goOn"/> for each silent partition whose event time others have passed.</summary>
    /// <param name="partitions">All that the run has met.</param>
    /// <param name="now">Milliseconds of a clock that never goes back.</param>
    /// <param name="eventTime">The highest event time of a task; <see cref="long.MinValue"/>: none yet.</param>
    /// <param name="goOn">Gets the partition and its new event time.</param>
    public void Look(IReadOnlyList<PartitionProgress> partitions, long now, Func<int, long> eventTime, Action<PartitionProgress, long> goOn)
    {
        if (_lastLook != long.MinValue && now - _lastLook < Math.Min(Interval, timeout))
        {
            return;
        }

        _lastLook = now;
        long lowest = long.MaxValue;
        for (int i = 0; i < partitions.Count; i++)
        {
            if (partitions[i].IsOwned && !IsSilent(partitions[i], now))
            {
                lowest = Math.Min(lowest, eventTime(partitions[i].Task));
            }
        }

        if (lowest is long.MaxValue or long.MinValue)
        {
            return; // all are silent, or one that is not has no event time yet
        }

        for (int i = 0; i < partitions.Count; i++)
        {
            PartitionProgress partition = partitions[i];
            if (partition.IsOwned && IsSilent(partition, now) && lowest > Math.Max(partition.GoneOnTo, eventTime(partition.Task)))
            {
                partition.GoneOnTo = lowest;
                goOn(partition, lowest);
            }
        }
    }

    private bool IsSilent(PartitionProgress partition, long now) => partition is { IsAtEnd: true, NeedsState: false } && now - partition.QuietSince >= timeout;
}
