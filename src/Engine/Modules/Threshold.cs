using System;
using System.Globalization;

namespace DataStream.Modules;

/// <summary>An outlier threshold exactly as it was written in decimal: a fraction of whole numbers.</summary>
internal readonly record struct Threshold(long Dividend, long Divisor)
{
    public const int MostDecimals = 8;

    private const decimal Most = 1_000_000;

    /// <summary>The double next to it.</summary>
    public double Value => (double)Dividend / Divisor;

    /// <summary>A number above 0, up to a million, with up to eight decimals.</summary>
    public static bool TryParse(string text, out Threshold threshold)
    {
        threshold = default;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value) || value is <= 0 or > Most)
        {
            return false;
        }

        long divisor = 1;
        for (int i = 0; i < MostDecimals && value != decimal.Truncate(value); i++)
        {
            value *= 10;
            divisor *= 10;
        }

        threshold = new Threshold((long)value, divisor);
        return value == decimal.Truncate(value);
    }
}
