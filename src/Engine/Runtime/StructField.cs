using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using DataStream.Batches;

namespace DataStream.Runtime;

/// <summary>How the bytes of a struct's field are a value.</summary>
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

    /// <summary>An inline array of bytes: UTF-8, filled up with zeros.</summary>
    Utf8,
}

/// <summary>A field of an unmanaged struct: its column, and where and how it lies in the struct.</summary>
/// <param name="Column">The name in snake_case.</param>
/// <param name="Type">The column's type.</param>
/// <param name="Offset">Where the value begins.</param>
/// <param name="Value">What its bytes are.</param>
/// <param name="Size">Bytes of the value.</param>
/// <param name="Flag">Where the byte lies that says whether there is a value; −1 in a field that always has one.</param>
internal sealed record StructField(string Column, ColumnType Type, int Offset, StructValue Value, int Size, int Flag)
{
    private static readonly Dictionary<Type, (ColumnType Type, StructValue Value, int Size)> s_types = new()
    {
        [typeof(long)] = (ColumnType.Int64, StructValue.Int64, 8),
        [typeof(int)] = (ColumnType.Int64, StructValue.Int32, 4),
        [typeof(short)] = (ColumnType.Int64, StructValue.Int16, 2),
        [typeof(sbyte)] = (ColumnType.Int64, StructValue.SByte, 1),
        [typeof(byte)] = (ColumnType.Int64, StructValue.Byte, 1),
        [typeof(ushort)] = (ColumnType.Int64, StructValue.UInt16, 2),
        [typeof(uint)] = (ColumnType.Int64, StructValue.UInt32, 4),
        [typeof(ulong)] = (ColumnType.Int64, StructValue.UInt64, 8),
        [typeof(float)] = (ColumnType.Float64, StructValue.Single, 4),
        [typeof(double)] = (ColumnType.Float64, StructValue.Double, 8),
        [typeof(bool)] = (ColumnType.Bool, StructValue.Bool, 1),
        [typeof(Timestamp)] = (ColumnType.Timestamp, StructValue.Timestamp, 8),
        [typeof(DateTime)] = (ColumnType.Timestamp, StructValue.DateTime, 8),
    };

    /// <summary>The fields in order of declaration.</summary>
    /// <typeparam name="T">The struct.</typeparam>
    /// <param name="isInput">Whether its values are read: then it has no text.</param>
    /// <exception cref="SchemaException">A field's type has no column type.</exception>
    public static IReadOnlyList<StructField> Of<T>(bool isInput = true) where T : unmanaged
    {
        Type type = typeof(T);
        var fields = new List<StructField>();
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).OrderBy(f => f.MetadataToken))
        {
            string? name = field.IsPublic ? field.Name : AutoProperty(field.Name);
            if (name is not null)
            {
                fields.Add(Of<T>(field, name, isInput));
            }
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

    private static StructField Of<T>(FieldInfo field, string name, bool isInput) where T : unmanaged
    {
        Type type = Nullable.GetUnderlyingType(field.FieldType) ?? field.FieldType;
        bool isNullable = type != field.FieldType;
        string column = SnakeCase(name);
        if (!isInput && !isNullable && type.GetCustomAttribute<InlineArrayAttribute>() is { } array && Element(type) is { } element && element.FieldType == typeof(byte))
        {
            object first = Activator.CreateInstance(type)!;
            element.SetValue(first, (byte)1);
            return new StructField(column, ColumnType.Text, StructBytes.OffsetOf<T>(field, first), StructValue.Utf8, array.Length, -1);
        }

        if (!s_types.TryGetValue(type.IsEnum ? Enum.GetUnderlyingType(type) : type, out (ColumnType Type, StructValue Value, int Size) known))
        {
            throw new SchemaException($"field '{name}' of {typeof(T).Name} is {type.Name}; such a struct has whole numbers, float, double, bool, enums, Timestamp and DateTime{(isInput ? "" : ", and inline arrays of bytes for texts")}");
        }

        // A nullable is a byte that is 1 where there is a value, and the value.
        int begin = StructBytes.OffsetOf<T>(field, Marked(type));
        int offset = isNullable ? StructBytes.OffsetOf<T>(field, Marked(type), begin + 1) : begin;
        return new StructField(column, known.Type, offset, known.Value, known.Size, isNullable ? begin : -1);
    }

    private static FieldInfo? Element(Type array) => array.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).FirstOrDefault();

    private static string? AutoProperty(string field) =>
        field.StartsWith('<') && field.EndsWith(">k__BackingField", StringComparison.Ordinal) ? field[1..field.IndexOf('>')] : null;

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
