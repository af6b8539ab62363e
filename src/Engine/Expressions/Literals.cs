using System;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>Values that the configuration writes out for a column of a known type: <c>fill with: 0</c>, <c>clamp max: 150</c>.</summary>
public static class Literals
{
    /// <summary>Reads a value as a field of the type would be read; an int64 may be a duration (its microseconds). No null, no text.</summary>
    /// <remarks><c>bits</c> are an int64, timestamp or scaled decimal as such, a double's bits, 1 or 0 of a bool.</remarks>
    public static bool TryParse(string text, ColumnType type, out long bits)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        bits = 0;
        switch (type.Kind)
        {
            case ColumnKind.Int64:
                return Numbers.ParseInt64(utf8, out bits) == FieldStatus.Value || Units.TryParseDuration(text, out bits);
            case ColumnKind.Float64:
                bool isNumber = Numbers.ParseFloat64(utf8, out double number) == FieldStatus.Value;
                bits = BitConverter.DoubleToInt64Bits(number);
                return isNumber;
            case ColumnKind.Decimal:
                return Numbers.ParseDecimal(utf8, type.Scale, out bits) == FieldStatus.Value;
            case ColumnKind.Bool:
                bool isBool = Bools.Parse(utf8, out bool truth) == FieldStatus.Value;
                bits = truth ? 1 : 0;
                return isBool;
            case ColumnKind.Timestamp:
                return Timestamps.TryParse(utf8, out bits, out _);
            default:
                return false;
        }
    }
}
