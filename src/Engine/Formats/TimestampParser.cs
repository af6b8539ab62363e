using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Instants from text as a field states it: RFC 3339 and epoch numbers, or a list of .NET's custom date and time formats; local times in a time zone.</summary>
/// <remarks>No allocation per text. One per decoder or module: it remembers the last stretch of its zone.</remarks>
public sealed class TimestampParser
{
    private const int MaxLength = 256; // bytes; longer texts fit no sensible format

    private readonly string[] _formats;
    private readonly ZoneTable? _zone;

    /// <summary>Formats and zone must have passed <see cref="CheckFormat"/> and <see cref="CheckZone"/>.</summary>
    /// <param name="formats">Tried in order; none: RFC 3339, dates and epoch numbers.</param>
    /// <param name="timeZone">An IANA name, for texts without an offset; null: UTC.</param>
    public TimestampParser(IReadOnlyList<string> formats, string? timeZone)
    {
        _formats = [.. formats];
        _zone = timeZone is null ? null : ZoneTable.Create(timeZone);
    }

    /// <summary>Whether plain RFC 3339 in UTC is all there is to know.</summary>
    public bool IsPlain => _formats.Length == 0 && _zone is null;

    /// <summary>Microseconds since 1970-01-01T00:00:00Z; false for anything else, local times in a gap, and instants outside the years 1 to 9999.</summary>
    public bool TryParse(ReadOnlySpan<byte> text, out long micros)
    {
        bool isLocal;
        if (_formats.Length == 0 ? !Timestamps.TryParse(text, out micros, out isLocal) : !TryParseExact(text, out micros, out isLocal))
        {
            return false;
        }

        return !isLocal || _zone is null || _zone.TryToUtc(micros, out micros);
    }

    /// <summary>A local time of the zone in UTC; false in a gap and outside the years 1 to 9999.</summary>
    public bool TryToUtc(long local, out long micros)
    {
        micros = local;
        return _zone is null || _zone.TryToUtc(local, out micros);
    }

    /// <summary>What is wrong with a format, or null.</summary>
    public static string? CheckFormat(string format)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (format.Length < 2)
        {
            return $"'{format}' is no custom date and time format: one has at least two characters, such as 'dd/MM/yyyy HH:mm'";
        }

        // Written and read back, it must give the date again: a year at least, and no day without its month.
        DateTime sample = new(1987, 11, 23, 22, 14, 5, DateTimeKind.Utc);
        string text;
        try
        {
            text = sample.ToString(format, CultureInfo.InvariantCulture);
        }
        catch (FormatException)
        {
            return $"'{format}' is no date and time format; an example is 'dd/MM/yyyy HH:mm:ss.fff'";
        }

        // NoCurrentDateDefault would only help where the date is missing whole; a missing year is today's either way.
        if (!DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTime back))
        {
            return $"'{format}' is no format that can be read back; an example is 'dd/MM/yyyy HH:mm:ss.fff'";
        }

        bool isDate = back.Year == sample.Year && (back.Month == sample.Month || (back.Month == 1 && back.Day == 1));
        return isDate ? null : $"'{format}' yields no date: it needs a year (yyyy), and a month (MM) where it has a day";
    }

    /// <summary>What is wrong with the name of a time zone, or null.</summary>
    public static string? CheckZone(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ZoneTable.Exists(name) ? null
            : ZoneTable.Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } near ? $"'{name}' is no time zone; did you mean '{near}'?"
            : $"'{name}' is no time zone; names are those of the IANA database, such as Europe/Copenhagen";
    }

    private bool TryParseExact(ReadOnlySpan<byte> text, out long micros, out bool isLocal)
    {
        micros = 0;
        isLocal = false;
        Span<char> chars = stackalloc char[MaxLength];
        if (text.Length > MaxLength || !Encoding.UTF8.TryGetChars(text, chars, out int length))
        {
            return false;
        }

        foreach (string format in _formats)
        {
            if (DateTime.TryParseExact(chars[..length], format, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out DateTime time))
            {
                // Ticks count from year 1, so the division cuts toward earlier time.
                micros = Timestamps.Min + (time.Ticks / TimeSpan.TicksPerMicrosecond);
                isLocal = time.Kind == DateTimeKind.Unspecified;
                return true;
            }
        }

        return false;
    }
}
