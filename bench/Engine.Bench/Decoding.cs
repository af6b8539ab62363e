using System;
using DataStream.Batches;
using DataStream.Formats;

namespace DataStream.Bench;

/// <summary>A payload through a decoder, batch after batch.</summary>
internal static class Decoding
{
    /// <summary>How many events there were; <paramref name="use"/> sees the batch each time it is filled.</summary>
    public static long Run(Decoder decoder, in Payload payload, Batch batch, Action? use = null)
    {
        long events = 0;
        for (int offset = 0; offset < payload.Length;)
        {
            offset = decoder.Decode(payload, offset, batch);
            events += batch.Count;
            use?.Invoke();
        }

        return events;
    }
}
