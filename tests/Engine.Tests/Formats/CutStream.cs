using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Formats;

namespace DataStream.Tests.Formats;

/// <summary>Plays the reader: shows a cutter the bytes of a file in pieces, and gathers what it cuts into payloads.</summary>
internal static class CutStream
{
    internal sealed record Piece(byte[] Bytes, long Line, int Header, long Offset);

    /// <param name="cutter">The cutter, begun here.</param>
    /// <param name="file">The file.</param>
    /// <param name="read">How many bytes each read brings.</param>
    /// <param name="payloadSize">The most bytes of a payload; at least <c>max_record_size</c> + 1.</param>
    /// <param name="maxRecordSize">As the cutter has it.</param>
    /// <param name="isAlone">Each cut is a payload of its own, as the reader has it.</param>
    /// <param name="maxRecords">The most records asked for in a cut.</param>
    public static List<Piece> Run(RecordCutter cutter, byte[] file, Func<int> read, int payloadSize, int maxRecordSize, int maxRecords = 1000, bool isAlone = false)
    {
        var payloads = new List<Piece>();
        var payload = new List<byte>();
        (long line, int header, long offset) first = default;
        var random = new Random(7);
        int consumed = 0;
        int shown = 0;
        cutter.Begin("in.csv");
        while (true)
        {
            if (payloadSize - payload.Count <= maxRecordSize)
            {
                Flush();
            }

            // Noise behind the bytes: what follows them must not matter.
            var buffer = new byte[shown - consumed + 64];
            random.NextBytes(buffer);
            file.AsSpan(consumed..shown).CopyTo(buffer);
            bool isFinal = shown == file.Length;
            long line = cutter.Line;
            Cut cut = cutter.Cut(buffer.AsSpan(0, shown - consumed), isFinal, maxRecords, payloadSize - payload.Count);
            if (cut.Length > 0)
            {
                if (cut.Skip > 0 || cut.Length > payloadSize - payload.Count)
                {
                    throw new InvalidOperationException($"not a cut that was asked for: {cut}");
                }

                if (payload.Count > 0 && cutter.Header != first.header)
                {
                    Flush();
                }

                if (payload.Count == 0)
                {
                    first = (line, cutter.Header, consumed);
                }

                payload.AddRange(buffer[..cut.Length]);
            }

            if (cut.Discard > 0 || cut.Skip > 0 || (isAlone && cut.Length > 0))
            {
                Flush();
            }

            int taken = cut.Skip + cut.Length + cut.Discard;
            consumed += taken;
            if (consumed > shown)
            {
                throw new InvalidOperationException($"more than there is: {cut}");
            }

            if (taken == 0)
            {
                if (isFinal)
                {
                    if (consumed < shown)
                    {
                        throw new InvalidOperationException($"stuck at {consumed} of {file.Length}");
                    }

                    Flush();
                    cutter.End();
                    return payloads;
                }

                shown = Math.Min(file.Length, shown + read());
            }
        }

        void Flush()
        {
            if (payload.Count > 0)
            {
                payloads.Add(new Piece([.. payload], first.line, first.header, first.offset));
                payload.Clear();
            }
        }
    }

    /// <summary>A payload over native memory with noise behind it; the caller disposes of the block.</summary>
    public static unsafe NativeBlock Load(Piece piece, out Payload payload)
    {
        var block = new NativeBlock(Math.Max(piece.Bytes.Length, 1));
        piece.Bytes.CopyTo(block.Bytes);
        // Safe: the spare bytes belong to the block.
        new Span<byte>(block.Start + piece.Bytes.Length, NativeBlock.Spare).Fill((byte)'"');
        payload = new Payload { Start = block.Start, Capacity = piece.Bytes.Length, Length = piece.Bytes.Length, Header = piece.Header, FirstLine = piece.Line, FirstOffset = piece.Offset };
        return block;
    }
}
