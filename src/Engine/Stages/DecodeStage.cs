using System;
using System.Runtime.CompilerServices;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>The head of a chain: turns a payload into batches, with leading fix_time modules and event times done. Lane thread only.</summary>
internal sealed class DecodeStage : IDisposable
{
    /// <summary>A payload is cut at four batches of lines.</summary>
    public const int BatchesOfPayload = 4;

    // Asking for the time costs as much as a stage's work on an event or two: of small payloads, one in sixteen is timed and stands for them. The first ones are cold.
    private const int SmallPayload = 1024; // in bytes, or structs of an ingress
    private const int TimedOf = 16;

    private readonly ChainParts _parts;
    private readonly TextArena _arena;
    private Batch[] _batches;
    private long _small; // payloads that were

    /// <param name="parts">The lane's decoder and leading modules.</param>
    /// <param name="arena">Texts that are not in the payload.</param>
    /// <param name="wholePayloads">A payload is decoded whole before the chain runs.</param>
    public DecodeStage(ChainParts parts, TextArena arena, bool wholePayloads)
    {
        (_parts, _arena) = (parts, arena);
        _batches = new Batch[wholePayloads ? BatchesOfPayload : 1];
        for (int i = 0; i < _batches.Length; i++)
        {
            _batches[i] = NewBatch();
        }
    }

    public bool CountsAllocations { get; set; }

    public Batch this[int index] => _batches[index];

    /// <summary>Decodes the whole payload.</summary>
    /// <returns>How many batches have rows.</returns>
    public int All(in Payload payload, out long maxTime, out int events)
    {
        int count = 0;
        events = 0;
        maxTime = long.MinValue;
        for (int offset = 0; offset < payload.Length;)
        {
            if (count == _batches.Length)
            {
                Array.Resize(ref _batches, count + 1); // a user's format may cut otherwise
                _batches[count] = NewBatch();
            }

            Batch batch = _batches[count];
            offset = Next(in payload, offset, batch, events);
            if (batch.Count == 0)
            {
                continue;
            }

            events += batch.Count;
            count++;
            if (_parts.EventTime is not null)
            {
                maxTime = Math.Max(maxTime, _parts.EventTime.Extract(batch));
            }
        }

        return count;
    }

    /// <summary>Where the last batch was decoded.</summary>
    public StageStart Ended { get; private set; }

    /// <summary>For how many batches like its own the payload's times stand; 0: they are not asked for.</summary>
    public int Stands { get; private set; }

    /// <summary>What follows is of this payload.</summary>
    public void BeginPayload(in Payload payload)
    {
        Stands = 1;
        if (payload.Length < SmallPayload && ++_small > TimedOf)
        {
            Stands = _small % TimedOf == 0 ? TimedOf : 0;
        }
    }

    /// <summary>Decodes the records from <paramref name="offset"/> on into one batch, and gives where the next one begins.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // once for a batch: inlined into one method, the stages keep little in registers
    public int Next(in Payload payload, int offset, Batch batch, int ordinal)
    {
        StageStart start = StageStart.Now(CountsAllocations, Stands);
        batch.Stage = 0;
        batch.FirstOrdinal = ordinal;
        batch.Attach(in payload);
        offset = Decode(in payload, offset, batch);
        Ended = _parts.DecodeClock.Add(in start, batch.Count);
        foreach (ModuleStage stage in _parts.Leading)
        {
            Ended = stage.Run(batch, Ended);
        }

        batch.Stage = 0;
        return offset;
    }

    private int Decode(in Payload payload, int offset, Batch batch)
    {
        int end;
        try
        {
            end = _parts.Decoder.Decode(in payload, offset, batch);
        }
        catch (Exception theirs) when (theirs is not (StopException or OutOfMemoryException))
        {
            throw StageFault.Of(_parts.DecodeClock, theirs);
        }

        if (end <= offset || end > payload.Length)
        {
            throw StageFault.OfEnd(_parts.DecodeClock, offset, end, payload.Length);
        }

        if (_parts.DecodedTexts.Length > 0)
        {
            StageFault.CheckTexts(_parts.DecodeClock, batch, _parts.DecodedTexts);
        }

        return end;
    }

    /// <summary>Cuts the payload off where the run has its number of events; true when it does so here.</summary>
    public bool Limit(int batches, long room, int events)
    {
        if (events < room)
        {
            return false;
        }

        for (int i = 0; i < batches; i++)
        {
            Batch batch = _batches[i];
            batch.Truncate((int)Math.Clamp(room - batch.FirstOrdinal, 0, batch.Count));
        }

        return true;
    }

    /// <summary>How many events the payload has, for one that has no other effect.</summary>
    public long CountEvents(in Payload payload)
    {
        long events = 0;
        for (int offset = 0; offset < payload.Length;)
        {
            offset = Next(in payload, offset, _batches[0], 0);
            events += _batches[0].Count;
        }

        return events;
    }

    public void Dispose()
    {
        foreach (Batch batch in _batches)
        {
            batch.Dispose();
        }
    }

    private Batch NewBatch() => new(_parts.Storage, _parts.PartitionSize, _arena);
}
