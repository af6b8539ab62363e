using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text;
using DataStream.Batches;

namespace DataStream.Runtime;

/// <summary>How the bytes of a struct's field become a value.</summary>
internal enum StructValue
{
    SByte,
    Byte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    Bool,
    Timestamp,
    DateTime,
}

/// <summary>A field of an unmanaged struct: its column, and where and how it lies in the struct.</summary>
internal sealed record StructField(string Column, ColumnType Type, int Offset, StructValue Value)
{
    /// <summary>The fields in order of declaration.</summary>
    /// <exception cref="SchemaException">A field's type has no column type.</exception>
    public static IReadOnlyList<StructField> Of<T>() where T : unmanaged
    {
        Type type = typeof(T);
        var fields = new List<StructField>();
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(f => f.MetadataToken))
        {
            string? name = field.IsPublic ? field.Name : AutoProperty(field.Name);
            if (name is null)
            {
                continue;
            }

            (ColumnType column, StructValue value) = Map(field.FieldType.IsEnum ? Enum.GetUnderlyingType(field.FieldType) : field.FieldType, type, name);
            fields.Add(new StructField(SnakeCase(name), column, StructBytes.OffsetOf<T>(field, Marked(field.FieldType)), value));
        }

        return fields.Count > 0 ? fields : throw new SchemaException($"{type.Name} has no public fields or auto-properties that could become columns");
    }

    /// <summary><c>TemperatureC</c> → <c>temperature_c</c>; <c>HTTPStatus</c> → <c>http_status</c>.</summary>
    internal static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool startsWord = char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_'
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord)
            {
                text.Append('_');
            }

            text.Append(char.ToLower(name[i], CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    private static string? AutoProperty(string field) =>
        field.StartsWith('<') && field.EndsWith(">k__BackingField", StringComparison.Ordinal) ? field[1..field.IndexOf('>')] : null;

    private static (ColumnType Type, StructValue Value) Map(Type type, Type owner, string field) =>
        type == typeof(long) ? (ColumnType.Int64, StructValue.Int64)
        : type == typeof(int) ? (ColumnType.Int64, StructValue.Int32)
        : type == typeof(short) ? (ColumnType.Int64, StructValue.Int16)
        : type == typeof(sbyte) ? (ColumnType.Int64, StructValue.SByte)
        : type == typeof(byte) ? (ColumnType.Int64, StructValue.Byte)
        : type == typeof(ushort) ? (ColumnType.Int64, StructValue.UInt16)
        : type == typeof(uint) ? (ColumnType.Int64, StructValue.UInt32)
        : type == typeof(ulong) ? (ColumnType.Int64, StructValue.UInt64)
        : type == typeof(float) ? (ColumnType.Float64, StructValue.Single)
        : type == typeof(double) ? (ColumnType.Float64, StructValue.Double)
        : type == typeof(bool) ? (ColumnType.Bool, StructValue.Bool)
        : type == typeof(Timestamp) ? (ColumnType.Timestamp, StructValue.Timestamp)
        : type == typeof(DateTime) ? (ColumnType.Timestamp, StructValue.DateTime)
        : throw new SchemaException($"field '{field}' of {owner.Name} is {type.Name}; an ingress takes whole numbers, float, double, bool, enums, Timestamp and DateTime");

    /// <summary>A value whose lowest byte in memory is not zero.</summary>
    private static object Marked(Type type) =>
        type == typeof(bool) ? true
        : type == typeof(float) ? BitConverter.Int32BitsToSingle(1)
        : type == typeof(double) ? BitConverter.Int64BitsToDouble(1)
        : type == typeof(Timestamp) ? new Timestamp(1)
        : type == typeof(DateTime) ? new DateTime(1)
        : type.IsEnum ? Enum.ToObject(type, 1)
        : Convert.ChangeType(1, type, CultureInfo.InvariantCulture);
}
