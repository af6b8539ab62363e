using System;
using System.Globalization;
using System.Numerics;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;

namespace DataStream.Modules;

/// <summary>Constants in settings, typed by the column they are for.</summary>
internal static class Literal
{
    /// <summary>The constant's eight bytes as the column stores them; a bool is 0 or 1. Text has none.</summary>
    public static bool TryParse(ModuleContext context, ConfigScalar node, ColumnType type, out long bits)
    {
        string text = node.Value;
        bool ok = true;
        bits = 0;
        switch (type.Kind)
        {
            case ColumnKind.Int64:
                ok = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out bits);
                break;
            case ColumnKind.Float64:
                ok = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number);
                bits = BitConverter.DoubleToInt64Bits(number);
                break;
            case ColumnKind.Decimal:
                ok = TryParseScaled(text, type.Scale, out bits);
                break;
            case ColumnKind.Bool:
                ok = text is "true" or "false";
                bits = text == "true" ? 1 : 0;
                break;
            case ColumnKind.Timestamp:
                ok = new TimestampParser([], null).TryParse(Encoding.UTF8.GetBytes(text), out bits);
                break;
            default:
                break;
        }

        if (!ok)
        {
            string shown = node.Shown.Length <= 60 ? node.Shown : node.Shown[..60] + "…";
            context.Settings.Error(node, "bad_value", $"'{shown}' is no {type} value, as {context.Settings.Owner} needs it here");
        }

        return ok;
    }

    /// <summary>Digits, a point and an exponent as a whole number of 10^−scale; digits beyond the scale must be zeros.</summary>
    private static bool TryParseScaled(string text, int scale, out long scaled)
    {
        scaled = 0;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value))
        {
            return false;
        }

        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        BigInteger digits = new BigInteger((uint)parts[2]) << 64 | new BigInteger((uint)parts[1]) << 32 | (uint)parts[0];
        BigInteger unit = BigInteger.Pow(10, Math.Abs(scale - value.Scale));
        if (scale >= value.Scale)
        {
            digits *= unit;
        }
        else
        {
            digits = BigInteger.DivRem(digits, unit, out BigInteger rest);
            if (!rest.IsZero)
            {
                return false;
            }
        }

        digits = value < 0 ? -digits : digits;
        bool fits = digits >= long.MinValue && digits <= long.MaxValue;
        scaled = fits ? (long)digits : 0;
        return fits;
    }
}
