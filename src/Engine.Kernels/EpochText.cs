using System;

namespace DataStream.Kernels;

/// <summary>Numbers since 1970 in the unit that their magnitude tells, as <see cref="Timestamps.TryParse"/> reads them.</summary>
internal static class EpochText
{
    public static bool TryParse(ReadOnlySpan<byte> text, out long micros)
    {
        micros = 0;
        int i = text is [(byte)'-' or (byte)'+', ..] ? 1 : 0;
        bool negative = i == 1 && text[0] == '-';
        int first = i;
        while (i < text.Length && (uint)text[i] - '0' <= 9)
        {
            i++;
        }

        ReadOnlySpan<byte> fraction = [];
        if (i < text.Length)
        {
            fraction = text[(i + 1)..];
            if (text[i] != '.' || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }
        }

        // A point alone is no number; "5." and ".5" are, as for numbers.
        if (i - first + fraction.Length == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> digits = text[first..i].TrimStart((byte)'0');
        if (digits.Length > 21)
        {
            return false; // beyond year 9999 even in nanoseconds
        }

        // From 1e17 on, which has 18 digits, the last three are below a microsecond.
        bool isNano = digits.Length >= 18;
        bool cut = isNano && digits[^3..].ContainsAnyExcept((byte)'0');
        ulong whole = 0;
        foreach (byte b in isNano ? digits[..^3] : digits)
        {
            whole = (whole * 10) + b - '0';
        }

        int places = isNano ? 0 : whole < 100_000_000_000 ? 6 : whole < 100_000_000_000_000 ? 3 : 0;
        for (int place = 0; place < places; place++)
        {
            whole = (whole * 10) + (place < fraction.Length ? (uint)fraction[place] - '0' : 0);
        }

        cut |= fraction.Length > places && fraction[places..].ContainsAnyExcept((byte)'0');
        if (whole > (ulong)Timestamps.Max)
        {
            return false;
        }

        micros = negative ? -(long)whole - (cut ? 1 : 0) : (long)whole;
        return micros >= Timestamps.Min;
    }
}
