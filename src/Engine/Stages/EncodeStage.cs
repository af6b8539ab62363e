using System;
using System.Runtime.CompilerServices;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>The tail of a chain: writes rows to this lane's ends of the outputs, and counts them. Lane thread only.</summary>
internal sealed class EncodeStage(ChainParts parts, LaneLinks links, long[] counts)
{
    private readonly ForwardStage? _forward = links.Forwards is null ? null : new ForwardStage(links.Forwards, links.State.SourceName);
    private readonly ulong[] _matches = new ulong[parts.PartitionSize / Batch.BlockLength];

    public bool CountsAllocations { get; set; }

    /// <summary>What follows is of this payload.</summary>
    public void BeginPayload(in Payload payload) => _forward?.BeginPayload(in payload);

    /// <summary>Writes the live rows to <c>main</c> and, where their conditions hold, to the additional outputs.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="areRecords">A row is an input record, and ends in the bucket out or shed.</param>
    public void Rows(Batch batch, bool areRecords) => Rows(batch, areRecords, StageStart.Now(CountsAllocations));

    /// <summary>The same where the stage before it ended just now.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // as DecodeStage.Next
    public void Rows(Batch batch, bool areRecords, StageStart start)
    {
        if (_forward is not null)
        {
            _forward.Write(batch, links.Outputs[0]);
            counts[CountsLayout.Of(Bucket.Out)] += batch.CountLive();
            return;
        }

        foreach (OutputStage output in parts.Outputs)
        {
            ReadOnlySpan<ulong> rows = batch.Selection;
            if (output.Where is not null)
            {
                Span<ulong> matches = _matches.AsSpan(0, batch.Words);
                output.Where.Matches(batch, matches);
                rows = matches;
            }

            (int written, int shed) = Write(output, batch, rows, ref start);
            if (areRecords && output.Index == 0)
            {
                counts[CountsLayout.Of(Bucket.Out)] += written;
                counts[CountsLayout.Of(Bucket.Shed)] += shed;
            }
        }
    }

    /// <summary>Writes late rows, where there is an output for them.</summary>
    public void Late(Batch batch, ReadOnlySpan<ulong> rows)
    {
        if (parts.Late is not null)
        {
            StageStart start = StageStart.Now(CountsAllocations);
            Write(parts.Late, batch, rows, ref start);
        }
    }

    private (int Written, int Shed) Write(OutputStage output, Batch batch, ReadOnlySpan<ulong> rows, ref StageStart start)
    {
        OutputLane lane = links.Outputs[output.Index];
        (int rowsBefore, int shedBefore) = (lane.Rows, lane.Shed);
        try
        {
            if (output.Messages is null)
            {
                output.Encoder.Encode(batch, rows, lane);
            }
            else
            {
                output.Messages.Encode(output.Encoder, batch, rows, lane);
            }

            lane.CheckRowsEnded();
        }
        catch (Exception theirs) when (theirs is not (StopException or OutOfMemoryException))
        {
            throw StageFault.Of(output.Clock, theirs);
        }

        (int written, int shed) = (lane.Rows - rowsBefore, lane.Shed - shedBefore);
        counts[CountsLayout.RowsOut(output.Index)] += written;
        counts[CountsLayout.RowsShed(output.Index)] += shed;
        start = output.Clock.Add(in start, written + shed);
        return (written, shed);
    }
}
