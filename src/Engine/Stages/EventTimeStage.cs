using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Stages;

/// <summary>Makes event times final, and later the running maximum that lateness is judged by.</summary>
public sealed class EventTimeStage(int column)
{
    private const long Day = 86_400_000_000;

    /// <summary>Copies the event times of the live rows, kills those without, and gives the highest (<see cref="long.MinValue"/> when none).</summary>
    public long Extract(Batch batch)
    {
        Span<long> times = batch.EventTimes;
        ReadOnlySpan<long> values = batch.Padded<long>(column);
        ReadOnlySpan<ulong> valid = batch.Validity(column);
        long max = long.MinValue;
        for (int word = 0; word < batch.Words; word++)
        {
            ulong live = batch.Selection[word];
            for (ulong missing = live & ~valid[word]; missing != 0; missing &= missing - 1)
            {
                batch.Kill((word * 64) + System.Numerics.BitOperations.TrailingZeroCount(missing), DeadReason.NoEventTime, column);
            }

            int first = word * Batch.BlockLength;
            max = Math.Max(max, Instants.CopyLive(values[first..], live & valid[word], times[first..]));
        }

        return max;
    }

    /// <summary>Fills <see cref="Batch.EarlierMax"/>.</summary>
    /// <param name="batch">The rows, their event times extracted.</param>
    /// <param name="earlierMax">The highest event time before the first row.</param>
    /// <param name="disorder">The greatest lag of an event behind an earlier one so far, in microseconds.</param>
    /// <returns>The highest event time up to the last row.</returns>
    public static long RunningMax(Batch batch, long earlierMax, ref long disorder) =>
        Instants.RunningMax(batch.EventTimes[..batch.Count], earlierMax, batch.EarlierMax, ref disorder);

    /// <summary>How many events are more than a day ahead of <paramref name="now"/> (microseconds), and the first such row, or −1.</summary>
    public static (int Count, int First) FarFuture(Batch batch, long now)
    {
        (int count, int first) = (0, -1);
        ReadOnlySpan<long> times = batch.EventTimes[..batch.Count];
        for (int row = 0; row < times.Length; row++)
        {
            if (times[row] > now + Day)
            {
                first = first < 0 ? row : first;
                count++;
            }
        }

        return (count, first);
    }
}
