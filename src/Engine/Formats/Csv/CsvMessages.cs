using System;

namespace DataStream.Formats.Csv;

/// <summary>Messages of one row each, or several. One that leaves a quote open must not take the next one with it.</summary>
internal sealed class CsvMessages(CsvReading reading) : MessageCutter
{
    public override MessageCut Take(ReadOnlySpan<byte> message) =>
        new(0, IsAlone: LineMessages.HasLongLine(message, reading.Plan.MaxRecordSize) || LeavesQuoteOpen(message), EndsLine: true);

    private bool LeavesQuoteOpen(ReadOnlySpan<byte> message)
    {
        byte quote = reading.Dialect.Quote;
        if (!message.Contains(quote))
        {
            return false;
        }

        if (reading.Dialect.Escape >= 0)
        {
            return true; // rare enough not to look closer
        }

        bool isOpen = false;
        bool isFieldStart = true;
        for (int i = 0; i < message.Length; i++)
        {
            byte sign = message[i];
            if (isOpen)
            {
                isOpen = sign != quote;
            }
            else if (sign == quote && (isFieldStart || (i > 0 && message[i - 1] == quote)))
            {
                isOpen = true; // a field's first byte, or the second of two inside one
            }

            isFieldStart = sign == reading.Dialect.Delimiter || sign == (byte)'\n';
        }

        return isOpen;
    }
}
