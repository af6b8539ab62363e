using System;
using DataStream.Kernels;

namespace DataStream.Formats.Avro;

/// <summary>Many records, one behind the other.</summary>
internal static class AvroRun
{
    /// <summary>Whether bytes are so many records, no more and no less.</summary>
    /// <param name="bytes">They, and perhaps more behind them.</param>
    /// <param name="length">Their length.</param>
    /// <param name="layout">Their schema.</param>
    /// <param name="count">How many.</param>
    /// <param name="longest">The bytes of the longest.</param>
    public static AvroFault Check(ReadOnlySpan<byte> bytes, int length, AvroLayout layout, long count, out int longest)
    {
        longest = 0;
        var cursor = new AvroCursor(bytes[..length]);
        while (count > 0)
        {
            if (cursor.At < length)
            {
                count -= Skip(bytes, length, layout, count, int.MaxValue, ref cursor.At, ref longest);
                if (count == 0)
                {
                    break;
                }
            }

            int start = cursor.At;
            if (!AvroWalk.TrySkip(layout.Schema.Steps, ref cursor, 0))
            {
                return cursor.Fault == AvroFault.Short ? AvroFault.Damaged : cursor.Fault;
            }

            longest = Math.Max(longest, cursor.At - start);
            count--;
        }

        return cursor.At == length ? AvroFault.None : AvroFault.Damaged;
    }

    /// <summary>As many records, known to be sound, as go into a payload; or a single one that is too long.</summary>
    /// <returns>Their bytes.</returns>
    public static int Take(ReadOnlySpan<byte> data, AvroLayout layout, long maxRecords, int maxLength, int maxRecordSize, out long count, out bool isLong)
    {
        var cursor = new AvroCursor(data);
        int longest = 0;
        count = Skip(data, Math.Min(data.Length, maxLength), layout, maxRecords, maxRecordSize, ref cursor.At, ref longest);
        int end = cursor.At;
        isLong = false;
        for (; count < maxRecords && !isLong; count++)
        {
            bool isSound = AvroWalk.TrySkip(layout.Schema.Steps, ref cursor, 0);
            isLong = cursor.At - end > maxRecordSize;
            if (!isSound || (count > 0 && (isLong || cursor.At > maxLength)))
            {
                isLong = false;
                return end;
            }

            end = cursor.At;
        }

        return end;
    }

    /// <summary>Goes over sound records as far as the kernel does.</summary>
    /// <returns>How many.</returns>
    public static int Skip(ReadOnlySpan<byte> bytes, int end, AvroLayout layout, long maxRecords, int maxRecordSize, ref int at, ref int longest)
    {
        AvroPacked packed = layout.Steps;
        var records = new PackedRecords(bytes, end, packed.Steps, maxRecordSize) { At = at, Longest = longest };
        int most = (int)Math.Min(maxRecords, int.MaxValue);
        PackedEnd how;
        do
        {
            how = records.Read(most);
            if (how == PackedEnd.Other)
            {
                ref readonly AvroOp other = ref packed.Others[records.Target];
                var cursor = new AvroCursor(bytes[..end]) { At = records.At };
                if (!AvroWalk.TrySkip(other.Schema!, ref cursor, other.Length))
                {
                    records.Abandon();
                    break;
                }

                records.At = cursor.At;
            }
        }
        while (how == PackedEnd.Other || (how == PackedEnd.Record && records.Row < most && records.At < end));

        (at, longest) = (records.At, records.Longest);
        return records.Row;
    }
}
