using System;

namespace DataStream.Formats.Avro;

/// <summary>Many records, one behind the other.</summary>
internal static class AvroRun
{
    /// <summary>Whether bytes are so many records, no more and no less.</summary>
    public static AvroFault Check(ReadOnlySpan<byte> block, AvroStep[] steps, long count, out int longest)
    {
        longest = 0;
        var cursor = new AvroCursor(block);
        for (; count > 0; count--)
        {
            int start = cursor.At;
            if (!AvroWalk.TrySkip(steps, ref cursor, 0))
            {
                return cursor.Fault == AvroFault.Short ? AvroFault.Damaged : cursor.Fault;
            }

            longest = Math.Max(longest, cursor.At - start);
        }

        return cursor.At == block.Length ? AvroFault.None : AvroFault.Damaged;
    }

    /// <summary>As many records, known to be sound, as go into a payload; or a single one that is too long.</summary>
    /// <returns>Their bytes.</returns>
    public static int Take(ReadOnlySpan<byte> data, AvroStep[] steps, long maxRecords, int maxLength, int maxRecordSize, out long count, out bool isLong)
    {
        var cursor = new AvroCursor(data);
        int end = 0;
        isLong = false;
        for (count = 0; count < maxRecords && !isLong; count++)
        {
            bool isSound = AvroWalk.TrySkip(steps, ref cursor, 0);
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
}
