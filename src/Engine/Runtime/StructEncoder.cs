using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;
using DataStream.Batches;
using DataStream.Formats;

namespace DataStream.Runtime;

/// <summary>Writes rows as structs, one behind the other, each whole in one slot. Columns that the struct does not have are left out. Lane thread only.</summary>
/// <remarks>
/// A null is the field's default, NaN for floating point, and no value in a nullable field. A value that its field cannot hold is such a null too, and a text
/// that is too long is cut in front of a character; both are counted.
/// </remarks>
internal sealed class StructEncoder<T> : Encoder where T : unmanaged
{
    private readonly StructField[] _fields;
    private readonly int[] _ordinals;
    private readonly int _size = StructBytes.SizeOf<T>();
    private readonly EgressPort _port;

    /// <exception cref="SchemaException">A field has no column of its name, or one of another type.</exception>
    public StructEncoder(IReadOnlyList<StructField> fields, IReadOnlyList<Field> columns, EgressPort port)
    {
        _fields = [.. fields];
        _ordinals = new int[_fields.Length];
        _port = port;
        for (int i = 0; i < _fields.Length; i++)
        {
            _ordinals[i] = Find(_fields[i], columns).Ordinal;
        }
    }

    public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output)
    {
        int count = 0;
        foreach (ulong word in rows)
        {
            count += BitOperations.PopCount(word);
        }

        if (count == 0)
        {
            return;
        }

        Span<byte> room = output.RoomForRows();
        int fits = Math.Min(count, room.Length / _size);
        if (fits > 0)
        {
            room = room[..(fits * _size)];
            room.Clear();
            for (int i = 0; i < _fields.Length; i++)
            {
                PutColumn(batch, _ordinals[i], rows, _fields[i], room);
            }

            output.CommitRows(fits, room.Length);
        }

        if (fits < count)
        {
            EncodeOneByOne(batch, rows, fits, output);
        }
    }

    /// <summary>Rows behind the first ones, each in whichever slot has room for it.</summary>
    private void EncodeOneByOne(Batch batch, ReadOnlySpan<ulong> rows, int first, OutputBuffer output)
    {
        int at = 0;
        foreach (int row in new Rows(rows))
        {
            if (at++ < first)
            {
                continue;
            }

            output.BeginRow();
            Put(batch, row, output.Reserve(_size)[.._size]);
            output.Commit(_size);
            output.EndRow();
        }
    }

    /// <summary>One field of as many rows as the items have room for: the usual ones without a choice in the loop.</summary>
    private void PutColumn(Batch batch, int ordinal, ReadOnlySpan<ulong> rows, StructField field, Span<byte> items)
    {
        if (field is not { Flag: < 0, Value: StructValue.Int64 or StructValue.Timestamp or StructValue.Double })
        {
            foreach (int row in new Rows(rows))
            {
                if (items.IsEmpty)
                {
                    return;
                }

                Put(batch, ordinal, row, field, items[.._size]);
                items = items[_size..];
            }

            return;
        }

        // Of eight bytes all, and copied as such.
        ReadOnlySpan<long> values = batch.Whole<long>(ordinal);
        long absent = field.Value == StructValue.Double ? BitConverter.DoubleToInt64Bits(double.NaN) : 0;
        foreach (int row in new Rows(rows))
        {
            if (items.IsEmpty)
            {
                return;
            }

            bool isNull = batch.IsNull(ordinal, row);
            if (!isNull || absent != 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(items[field.Offset..], isNull ? absent : values[row]);
            }

            items = items[_size..];
        }
    }

    private static Field Find(StructField field, IReadOnlyList<Field> columns)
    {
        foreach (Field column in columns)
        {
            if (column.Name == field.Column)
            {
                return column.Type == field.Type ? column
                    : throw new SchemaException($"'{field.Column}' is {column.Type} in the rows and {field.Type} in {typeof(T).Name}");
            }
        }

        throw new SchemaException($"{typeof(T).Name} has a field for '{field.Column}', which is no column of the rows{Config.Spelling.Suggest(field.Column, Names(columns))}");
    }

    private static List<string> Names(IReadOnlyList<Field> columns)
    {
        var names = new List<string>();
        foreach (Field column in columns)
        {
            names.Add(column.Name);
        }

        return names;
    }

    private void Put(Batch batch, int row, Span<byte> item)
    {
        item.Clear();
        for (int i = 0; i < _fields.Length; i++)
        {
            Put(batch, _ordinals[i], row, _fields[i], item);
        }
    }

    private void Put(Batch batch, int ordinal, int row, StructField field, Span<byte> item)
    {
        Span<byte> target = item.Slice(field.Offset, field.Size);
        bool fits = !batch.IsNull(ordinal, row);
        if (fits)
        {
            fits = field.Value switch
            {
                StructValue.Double or StructValue.Single => PutFloat(batch.Whole<double>(ordinal)[row], field.Value, target),
                StructValue.Bool => PutBool(batch.Whole<bool>(ordinal)[row], target),
                StructValue.Utf8 => PutText(batch.Bytes(batch.Whole<Text>(ordinal)[row]), target),
                StructValue.DateTime => PutDateTime(batch.Whole<long>(ordinal)[row], target),
                _ => PutInteger(batch.Whole<long>(ordinal)[row], field.Value, target),
            };
            if (!fits)
            {
                _port.CountUnfit();
            }
        }
        else if (field.Flag < 0 && field.Value is StructValue.Double or StructValue.Single)
        {
            PutFloat(double.NaN, field.Value, target);
        }

        if (field.Flag >= 0)
        {
            item[field.Flag] = fits ? (byte)1 : (byte)0;
        }
    }

    private static bool PutFloat(double value, StructValue kind, Span<byte> target)
    {
        if (kind == StructValue.Double)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(target, value);
        }
        else
        {
            BinaryPrimitives.WriteSingleLittleEndian(target, (float)value);
        }

        return true;
    }

    private static bool PutBool(bool value, Span<byte> target)
    {
        target[0] = value ? (byte)1 : (byte)0;
        return true;
    }

    private static bool PutText(ReadOnlySpan<byte> text, Span<byte> target)
    {
        if (text.Length <= target.Length)
        {
            text.CopyTo(target);
            return true;
        }

        int length = target.Length;
        while (length > 0 && (text[length] & 0xC0) == 0x80)
        {
            length--; // inside a character
        }

        text[..length].CopyTo(target);
        return false;
    }

    private static bool PutDateTime(long microseconds, Span<byte> target)
    {
        long ticks = (microseconds * TimeSpan.TicksPerMicrosecond) + DateTime.UnixEpoch.Ticks;
        if (microseconds is > 253_402_300_799_999_999 or < -62_135_596_800_000_000)
        {
            return false; // outside the years 0001 to 9999
        }

        BinaryPrimitives.WriteInt64LittleEndian(target, ticks | ((long)DateTimeKind.Utc << 62));
        return true;
    }

    private static bool PutInteger(long value, StructValue kind, Span<byte> target)
    {
        bool fits = kind switch
        {
            StructValue.SByte => value == (sbyte)value,
            StructValue.Byte => value == (byte)value,
            StructValue.Int16 => value == (short)value,
            StructValue.UInt16 => value == (ushort)value,
            StructValue.Int32 => value == (int)value,
            StructValue.UInt32 => value == (uint)value,
            StructValue.UInt64 => value >= 0,
            _ => true,
        };
        if (!fits)
        {
            return false;
        }

        switch (target.Length)
        {
            case 1:
                target[0] = (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteInt16LittleEndian(target, (short)value);
                break;
            case 4:
                BinaryPrimitives.WriteInt32LittleEndian(target, (int)value);
                break;
            default:
                BinaryPrimitives.WriteInt64LittleEndian(target, value);
                break;
        }

        return true;
    }
}
