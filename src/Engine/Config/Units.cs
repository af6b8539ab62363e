using System;
using System.Globalization;

namespace DataStream.Config;

/// <summary>Durations (<c>250ms 10s 5m 1h 1d</c>), sizes (<c>64KiB 256MiB 1GB</c>) and shares (<c>1%</c>) as the configuration writes them.</summary>
public static class Units
{
    private static readonly (string Suffix, long Microseconds)[] s_durations =
        [("us", 1), ("µs", 1), ("ms", 1_000), ("s", 1_000_000), ("m", 60_000_000), ("h", 3_600_000_000), ("d", 86_400_000_000)];

    private static readonly (string Suffix, long Bytes)[] s_sizes =
        [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1)];

    /// <summary>Microseconds; whole or with a fraction (<c>1.5s</c>), never negative.</summary>
    public static bool TryParseDuration(string text, out long microseconds) => TryParse(text, s_durations, out microseconds);

    /// <summary>Bytes; a number without a unit is bytes.</summary>
    public static bool TryParseSize(string text, out long bytes) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bytes) || TryParse(text, s_sizes, out bytes);

    /// <summary>A share from 0 to 1: <c>1%</c>, <c>0.01</c>.</summary>
    public static bool TryParseShare(string text, out double share)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool percent = text.EndsWith('%');
        bool ok = double.TryParse(percent ? text.AsSpan(..^1) : text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out share);
        share = percent ? share / 100 : share;
        return ok && share is >= 0 and <= 1;
    }

    private static bool TryParse(string text, (string Suffix, long Unit)[] units, out long value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = 0;
        int digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.'))
        {
            digits++;
        }

        if (!decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
        {
            return false;
        }

        foreach ((string suffix, long unit) in units)
        {
            if (text.AsSpan(digits).SequenceEqual(suffix))
            {
                if (number > long.MaxValue / (decimal)unit || number * unit != decimal.Truncate(number * unit))
                {
                    return false;
                }

                value = (long)(number * unit);
                return true;
            }
        }

        return false;
    }
}
