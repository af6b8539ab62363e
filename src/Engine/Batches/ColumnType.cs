using System;
using System.Globalization;

namespace DataStream.Batches;

/// <summary>The type of a column as the configuration writes it: <c>int64</c>, <c>decimal(2)</c>, …</summary>
public readonly record struct ColumnType(ColumnKind Kind, int Scale = 0)
{
    /// <summary>The most digits behind the point that a decimal can have.</summary>
    public const int MaxScale = 18;

    public static ColumnType Unknown => default;

    public static ColumnType Int64 => new(ColumnKind.Int64);

    public static ColumnType Float64 => new(ColumnKind.Float64);

    public static ColumnType Bool => new(ColumnKind.Bool);

    public static ColumnType Timestamp => new(ColumnKind.Timestamp);

    public static ColumnType Text => new(ColumnKind.Text);

    public static ColumnType Decimal(int scale) => new(ColumnKind.Decimal, scale);

    /// <summary>int64, float64 or a decimal.</summary>
    public bool IsNumber => Kind is ColumnKind.Int64 or ColumnKind.Float64 or ColumnKind.Decimal;

    /// <summary>Bytes that one value takes in a batch.</summary>
    public int Size => Kind == ColumnKind.Bool ? 1 : 8;

    public static bool TryParse(string text, out ColumnType type)
    {
        ArgumentNullException.ThrowIfNull(text);
        type = text switch
        {
            "int64" => Int64,
            "float64" => Float64,
            "bool" => Bool,
            "timestamp" => Timestamp,
            "text" => Text,
            _ => Unknown,
        };
        if (text.StartsWith("decimal(", StringComparison.Ordinal) && text[^1] == ')'
            && int.TryParse(text.AsSpan(8..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int scale) && scale <= MaxScale)
        {
            type = Decimal(scale);
        }

        return type.Kind != ColumnKind.Unknown;
    }

    public override string ToString() => Kind switch
    {
        ColumnKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"decimal({Scale})"),
        ColumnKind.Int64 => "int64",
        ColumnKind.Float64 => "float64",
        ColumnKind.Bool => "bool",
        ColumnKind.Timestamp => "timestamp",
        ColumnKind.Text => "text",
        _ => "unknown",
    };
}
