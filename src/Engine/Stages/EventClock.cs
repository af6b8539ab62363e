using System;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>Event time as a payload's rows move it, and what is noted of it: the greatest disorder, events far ahead of the wall clock. Lane thread only.</summary>
/// <param name="hasEventTime">Whether there is any.</param>
/// <param name="state">Where what is far ahead is told.</param>
/// <param name="counts">The payload's.</param>
/// <param name="isTold">Rows do not move it.</param>
internal sealed class EventClock(bool hasEventTime, RunState state, long[] counts, bool isTold)
{
    /// <summary>The highest event time up to the last row that was worked on.</summary>
    public long Through { get; set; }

    /// <summary>Fills the running maximum of a batch, whose rows follow those before.</summary>
    public void Pass(Batch batch, in Payload payload)
    {
        if (isTold)
        {
            batch.EarlierMax[..batch.Count].Fill(Through);
            batch.LatestIsTold = true;
        }
        else if (hasEventTime)
        {
            Through = EventTimeStage.RunningMax(batch, Through, ref counts[CountsLayout.MaxDisorder]);
            NoteFarFuture(batch, in payload);
        }
    }

    /// <summary>Counts events more than a day ahead of the wall clock, and keeps the first for a warning.</summary>
    private void NoteFarFuture(Batch batch, in Payload payload)
    {
        long now = Timestamp.FromDateTime(DateTime.UtcNow).Microseconds;
        if (Through <= now)
        {
            return;
        }

        (int count, int first) = EventTimeStage.FarFuture(batch, now);
        counts[CountsLayout.FarFuture] += count;
        if (first >= 0 && state.FarFuture.IsEarlier(payload.Number))
        {
            long line = payload.FirstLine + payload.Bytes[..batch.Records[first].Offset].Count((byte)'\n');
            state.FarFuture.Offer(payload.Number, payload.Source, line, batch.EventTimes[first]);
        }
    }
}
