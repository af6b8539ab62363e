using System;
using System.Globalization;
using DataStream.Batches;

namespace DataStream.Formats.Binary;

/// <summary>How the bytes of a field in a fixed layout are read; all numbers are little-endian.</summary>
internal enum BinaryKind
{
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
    Bool,

    /// <summary>Bytes up to the first NUL, or all of them.</summary>
    Text,
}

/// <summary>A field of a fixed layout.</summary>
/// <param name="Name">Its name, which the schema's fields name as their source.</param>
/// <param name="Offset">Its first byte in the record.</param>
/// <param name="Kind">What its bytes mean.</param>
/// <param name="Length">How many bytes it has.</param>
internal sealed record BinaryField(string Name, int Offset, BinaryKind Kind, int Length)
{
    public static readonly string[] Types = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64", "bool", "text(16)"];

    public bool IsInteger => Kind <= BinaryKind.UInt64;

    /// <summary>The column that holds it without a schema.</summary>
    public ColumnType Column => IsInteger ? ColumnType.Int64 : IsFloat ? ColumnType.Float64 : Kind == BinaryKind.Bool ? ColumnType.Bool : ColumnType.Text;

    public bool IsFloat => Kind is BinaryKind.Float32 or BinaryKind.Float64;

    /// <summary>Reads a type as the configuration writes it; false where there is none such, or a text without bytes.</summary>
    public static bool TryParse(string type, out BinaryKind kind, out int length)
    {
        kind = BinaryKind.Text;
        length = 0;
        if (type.StartsWith("text(", StringComparison.Ordinal) && type.EndsWith(')'))
        {
            return int.TryParse(type.AsSpan(5..^1), NumberStyles.None, CultureInfo.InvariantCulture, out length) && length is > 0 and <= BinaryFormat.MaxRecord;
        }

        int number = Array.IndexOf(Types, type);
        if (number < 0 || number >= (int)BinaryKind.Text)
        {
            return false;
        }

        kind = (BinaryKind)number;
        length = kind switch
        {
            BinaryKind.Int8 or BinaryKind.UInt8 or BinaryKind.Bool => 1,
            BinaryKind.Int16 or BinaryKind.UInt16 => 2,
            BinaryKind.Int32 or BinaryKind.UInt32 or BinaryKind.Float32 => 4,
            _ => 8,
        };
        return true;
    }
}
