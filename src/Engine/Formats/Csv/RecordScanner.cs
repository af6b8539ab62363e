using System;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>
/// Reads one record byte by byte: the meaning of CSV, for cutters and decoders alike. Plain records never come here (<see cref="Separators"/>).
/// </summary>
/// <remarks>
/// A decision depends on the first <c>max_record_size</c> + 2 bytes of the record alone, so it does not matter how they were read or cut. Quotes behind them cannot close, and so
/// a long record always ends at the next LF.
/// </remarks>
internal static class RecordScanner
{
    /// <summary>Reads the record at the front.</summary>
    /// <param name="text">From the record's first byte on.</param>
    /// <param name="isFinal">Nothing follows the text.</param>
    /// <param name="dialect">The signs.</param>
    /// <param name="starts">Takes where each of the first fields begins (at its quote); its length is how many fields a record may have.</param>
    /// <param name="ends">Takes where each of those ends (behind its quote).</param>
    /// <param name="allowExtra">Fields beyond those may hold something.</param>
    /// <param name="record">The record.</param>
    /// <returns>False when more text is needed.</returns>
    public static bool TryScan(ReadOnlySpan<byte> text, bool isFinal, in Dialect dialect, Span<int> starts, Span<int> ends, bool allowExtra, out ScannedRecord record)
    {
        record = default;
        if (text.IsEmpty)
        {
            return false;
        }

        if (text[0] == dialect.Comment)
        {
            record.IsComment = true;
            return TryEndAtLine(text, 0, isFinal, dialect, ref record);
        }

        int at = 0;
        while (true)
        {
            int start = at;
            bool isQuoted = at < text.Length && text[at] == dialect.Quote;
            FieldEnd end = isQuoted ? EndOfQuoted(text, isFinal, dialect, ref at) : EndOfPlain(text, isFinal, dialect, ref at);
            if (end == FieldEnd.Unknown)
            {
                return false;
            }

            bool isEmpty = at - start == (isQuoted ? 2 : 0);
            if (record.Fields < starts.Length)
            {
                starts[record.Fields] = start;
                ends[record.Fields] = at;
            }
            else if (!isEmpty && !allowExtra && record.Fault == RecordFault.None && end != FieldEnd.BadQuote)
            {
                record.Fault = RecordFault.TooManyFields;
            }

            record.Fields++;
            switch (end)
            {
                case FieldEnd.Delimiter:
                    at++;
                    continue;
                case FieldEnd.BadQuote:
                    record.Fault = record.Fault == RecordFault.None ? RecordFault.BadQuote : record.Fault;
                    return TryEndAtLine(text, at, isFinal, dialect, ref record);
                default:
                    return TryEndAtLine(text, at, isFinal, dialect, ref record);
            }
        }
    }

    private enum FieldEnd
    {
        Unknown,
        Delimiter,
        Line,
        BadQuote,
    }

    /// <summary>Moves behind the closing quote; to the opening one when none closes, and to the first byte that must not follow one.</summary>
    private static FieldEnd EndOfQuoted(ReadOnlySpan<byte> text, bool isFinal, in Dialect dialect, ref int at)
    {
        int limit = Math.Min(text.Length, dialect.MaxRecordSize);
        int from = at + 1;
        while (true)
        {
            int close = from < limit ? IndexOfQuote(text[from..limit], dialect) : -1;
            if (close < 0)
            {
                return text.Length < dialect.MaxRecordSize && !isFinal ? FieldEnd.Unknown : FieldEnd.BadQuote;
            }

            from += close + 1;
            if (text[from - 1] != dialect.Quote)
            {
                // The escape: a quote or another one behind it is data. Behind the limit nothing closes.
                from += from < limit && (text[from] == dialect.Quote || text[from] == dialect.Escape) ? 1 : 0;
                continue;
            }

            if (from == text.Length && !isFinal)
            {
                return FieldEnd.Unknown;
            }

            if (from == text.Length || text[from] != dialect.Quote)
            {
                break;
            }

            from++;
        }

        at = from;
        if (at == text.Length || text[at] == Lines.LineFeed)
        {
            return FieldEnd.Line;
        }

        if (text[at] == dialect.Delimiter)
        {
            return FieldEnd.Delimiter;
        }

        if (text[at] == Lines.CarriageReturn)
        {
            if (at + 1 == text.Length && !isFinal)
            {
                return FieldEnd.Unknown;
            }

            if (at + 1 < text.Length && text[at + 1] == Lines.LineFeed)
            {
                return FieldEnd.Line;
            }
        }

        return FieldEnd.BadQuote;
    }

    private static int IndexOfQuote(ReadOnlySpan<byte> text, in Dialect dialect) =>
        dialect.Escape < 0 ? text.IndexOf(dialect.Quote) : text.IndexOfAny(dialect.Quote, (byte)dialect.Escape);

    /// <summary>Moves to the delimiter or line end, at most as far as a record may reach.</summary>
    private static FieldEnd EndOfPlain(ReadOnlySpan<byte> text, bool isFinal, in Dialect dialect, ref int at)
    {
        int limit = (int)Math.Min(text.Length, dialect.MaxRecordSize + 2L);
        int length = at < limit ? text[at..limit].IndexOfAny(dialect.Delimiter, Lines.LineFeed) : -1;
        if (length < 0)
        {
            bool isWhole = isFinal || text.Length >= dialect.MaxRecordSize + 2L;
            at = Math.Max(at, limit);
            return isWhole ? FieldEnd.Line : FieldEnd.Unknown;
        }

        at += length;
        if (text[at] == dialect.Delimiter)
        {
            return FieldEnd.Delimiter;
        }

        at -= length > 0 && text[at - 1] == Lines.CarriageReturn ? 1 : 0;
        return FieldEnd.Line;
    }

    /// <summary>Ends the record at the first LF from a place on, or with the text.</summary>
    private static bool TryEndAtLine(ReadOnlySpan<byte> text, int from, bool isFinal, in Dialect dialect, ref ScannedRecord record)
    {
        int max = dialect.MaxRecordSize;
        int feed = from < text.Length ? text[from..].IndexOf(Lines.LineFeed) : -1;
        if (feed < 0 && !isFinal && text.Length < max + 2L)
        {
            return false;
        }

        int content = feed < 0 ? text.Length : Lines.ContentLength(text, 0, from + feed);
        record.Length = feed < 0 ? text.Length : from + feed + 1;
        record.IsClosed = feed >= 0;
        record.IsLong = content > max;
        record.Content = record.IsLong ? max + 1 : content;
        if (record.IsLong && record.Fault == RecordFault.None)
        {
            record.Fault = RecordFault.TooLong;
        }

        return true;
    }
}
