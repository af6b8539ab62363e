using System;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Messages whose lines are records, as those of a file are.</summary>
/// <param name="maxRecordSize">A longer line is dead, and alone with its message.</param>
public sealed class LineMessages(int maxRecordSize) : MessageCutter
{
    public override MessageCut Take(ReadOnlySpan<byte> message) => new(0, IsAlone: HasLongLine(message, maxRecordSize), EndsLine: true);

    /// <summary>Whether a line is longer than a record may be.</summary>
    internal static bool HasLongLine(ReadOnlySpan<byte> message, int most)
    {
        while (message.Length > most)
        {
            int end = message[..(most + 1)].IndexOf(Lines.LineFeed);
            if (end < 0)
            {
                return true;
            }

            message = message[(end + 1)..];
        }

        return false;
    }
}
