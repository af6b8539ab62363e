using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;

namespace DataStream.Flow;

/// <summary>For each reason the first dead record in input order, for the summary. Made before the run, so that keeping one allocates nothing.</summary>
public sealed class DeadExamples
{
    private const int MaxRaw = 120;
    private const int MaxReasons = 64;

    private readonly Example[] _examples = NewExamples();

    /// <summary>Keeps the record where it is earlier than the one kept so far.</summary>
    /// <param name="line">Its line; not above 0 where the format has none.</param>
    /// <param name="offset">Where it begins, in bytes of the (decompressed) file.</param>
    public void Offer(int reason, long payload, int ordinal, int source, long line, long offset, ReadOnlySpan<byte> raw)
    {
        Example example = _examples[reason];
        if (Volatile.Read(ref example.Payload) < payload)
        {
            return;
        }

        lock (example)
        {
            if (example.Payload < payload || (example.Payload == payload && example.Ordinal <= ordinal))
            {
                return;
            }

            example.Ordinal = ordinal;
            example.Source = source;
            example.Line = line;
            example.Offset = offset;
            example.Length = Math.Min(raw.Length, MaxRaw);
            raw[..example.Length].CopyTo(example.Raw);
            Volatile.Write(ref example.Payload, payload);
        }
    }

    /// <summary>The examples kept: reason id, source, line, offset and the beginning of the record.</summary>
    public IReadOnlyList<(int Reason, int Source, long Line, long Offset, string Raw)> All()
    {
        var all = new List<(int, int, long, long, string)>();
        for (int reason = 0; reason < MaxReasons; reason++)
        {
            Example example = _examples[reason];
            lock (example)
            {
                if (example.Payload != long.MaxValue)
                {
                    all.Add((reason, example.Source, example.Line, example.Offset, Encoding.UTF8.GetString(example.Raw, 0, example.Length)));
                }
            }
        }

        return all;
    }

    private static Example[] NewExamples()
    {
        var examples = new Example[MaxReasons];
        for (int i = 0; i < MaxReasons; i++)
        {
            examples[i] = new Example();
        }

        return examples;
    }

    private sealed class Example
    {
        public long Payload = long.MaxValue;
        public int Ordinal;
        public int Source;
        public long Line;
        public long Offset;
        public int Length;

        public byte[] Raw { get; } = new byte[MaxRaw];
    }
}
