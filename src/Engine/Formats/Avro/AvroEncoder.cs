using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using DataStream.Batches;

namespace DataStream.Formats.Avro;

/// <summary>Writes rows as records of one type, each field a union with null; decimals are bytes, timestamps timestamp-micros.</summary>
/// <remarks>
/// Messages are single records behind the head of the Confluent wire format. For files: blocks hold rows of many batches, and what is compressed must be whole, so the encoder writes single records, each behind its length (four bytes, the lowest first),
/// and whoever writes the output makes blocks of them (<c>Sinks.AvroSink</c>). The header stands behind a length with the highest bit set.
/// </remarks>
internal sealed class AvroEncoder(IReadOnlyList<Field> fields, string codec, int? message = null) : Encoder
{
    private const int MaxDecimal = 18;
    private const byte NullBranch = 0;
    private const byte ValueBranch = 2; // the number 1

    private readonly Field[] _fields = [.. fields];

    /// <summary>The marker of an output with this header: the same rows give the same bytes.</summary>
    public static byte[] Marker(ReadOnlySpan<byte> schema, string codec)
    {
        byte[] seed = [.. schema, 0, .. Encoding.UTF8.GetBytes(codec)];
        byte[] marker = new byte[AvroHeader.MarkerLength];
        XxHash128.Hash(seed, marker);
        return marker;
    }

    public override void Header(OutputBuffer output)
    {
        if (message is not null)
        {
            return;
        }

        byte[] schema = SchemaOf(_fields);
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write(AvroHeader.Magic);
        AvroDefaults.WriteLong(2, bytes);
        Write("avro.schema"u8, bytes);
        Write(schema, bytes);
        Write("avro.codec"u8, bytes);
        Write(Encoding.UTF8.GetBytes(codec), bytes);
        AvroDefaults.WriteLong(0, bytes);
        bytes.Write(Marker(schema, codec));
        Span<byte> length = stackalloc byte[AvroBlocks.Head];
        BinaryPrimitives.WriteUInt32LittleEndian(length, AvroBlocks.HeaderBit | (uint)bytes.WrittenCount);
        output.Write(length);
        output.Write(bytes.WrittenSpan);
    }

    public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output)
    {
        foreach (int row in new Rows(rows))
        {
            output.BeginRow();
            Span<byte> head = output.Reserve(WireHead.Length);
            if (message is { } id)
            {
                WireHead.Write(id, head);
                output.Commit(WireHead.Length);
            }
            else
            {
                BinaryPrimitives.WriteInt32LittleEndian(head, LengthOf(batch, row));
                output.Commit(AvroBlocks.Head);
            }

            foreach (ref readonly Field field in _fields.AsSpan())
            {
                WriteValue(batch, field, row, output);
            }

            output.EndRow();
        }
    }

    private int LengthOf(Batch batch, int row)
    {
        int length = 0;
        foreach (ref readonly Field field in _fields.AsSpan())
        {
            length++;
            if (batch.IsNull(field.Ordinal, row))
            {
                continue;
            }

            length += field.Type.Kind switch
            {
                ColumnKind.Int64 => LengthOf(batch.Values(new Column<long>(field.Ordinal))[row]),
                ColumnKind.Timestamp => LengthOf(batch.Values(new Column<Timestamp>(field.Ordinal))[row].Microseconds),
                ColumnKind.Float64 => sizeof(double),
                ColumnKind.Decimal => 1 + BytesOf(batch.Values(new Column<long>(field.Ordinal))[row]),
                ColumnKind.Bool => 1,
                _ => LengthOf(batch.Values(new Column<Text>(field.Ordinal))[row]),
            };
        }

        return length;
    }

    private static int LengthOf(Text text) => LengthOf((long)text.Length) + text.Length;

    private static int LengthOf(long value)
    {
        ulong bits = (ulong)((value << 1) ^ (value >> 63));
        int length = 1;
        for (; bits >= 0x80; bits >>= 7)
        {
            length++;
        }

        return length;
    }

    /// <summary>The fewest bytes of a number with its sign.</summary>
    private static int BytesOf(long value)
    {
        int length = 1;
        for (; value is < sbyte.MinValue or > sbyte.MaxValue; value >>= 8)
        {
            length++;
        }

        return length;
    }

    private static void WriteValue(Batch batch, in Field field, int row, OutputBuffer output)
    {
        const int MaxValue = 16;
        Span<byte> room = output.Reserve(MaxValue);
        if (batch.IsNull(field.Ordinal, row))
        {
            room[0] = NullBranch;
            output.Commit(1);
            return;
        }

        room[0] = ValueBranch;
        int length = 1;
        switch (field.Type.Kind)
        {
            case ColumnKind.Int64:
                length += AvroText.WriteLong(batch.Values(new Column<long>(field.Ordinal))[row], room[1..]);
                break;
            case ColumnKind.Timestamp:
                length += AvroText.WriteLong(batch.Values(new Column<Timestamp>(field.Ordinal))[row].Microseconds, room[1..]);
                break;
            case ColumnKind.Float64:
                BinaryPrimitives.WriteDoubleLittleEndian(room[1..], batch.Values(new Column<double>(field.Ordinal))[row]);
                length += sizeof(double);
                break;
            case ColumnKind.Bool:
                room[1] = batch.Values(new Column<bool>(field.Ordinal))[row] ? (byte)1 : (byte)0;
                length++;
                break;
            case ColumnKind.Decimal:
                long value = batch.Values(new Column<long>(field.Ordinal))[row];
                int bytes = BytesOf(value);
                room[1] = (byte)(2 * bytes);
                for (int i = 0; i < bytes; i++)
                {
                    room[2 + i] = (byte)(value >> (8 * (bytes - 1 - i)));
                }

                length += 1 + bytes;
                break;
            default:
                ReadOnlySpan<byte> text = batch.Bytes(batch.Values(new Column<Text>(field.Ordinal))[row]);
                length += AvroText.WriteLong(text.Length, room[1..]);
                output.Commit(length);
                output.Write(text);
                return;
        }

        output.Commit(length);
    }

    /// <summary>The schema of rows with these columns, as JSON.</summary>
    public static byte[] SchemaOf(IReadOnlyList<Field> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "record"u8);
            json.WriteString("name"u8, "row"u8);
            json.WriteStartArray("fields"u8);
            foreach (Field field in columns)
            {
                json.WriteStartObject();
                json.WriteString("name", field.Name);
                json.WriteStartArray("type"u8);
                json.WriteStringValue("null"u8);
                WriteType(json, field.Type);
                json.WriteEndArray();
                json.WriteNull("default"u8);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.WrittenSpan.ToArray();
    }

    private static void WriteType(Utf8JsonWriter json, ColumnType type)
    {
        switch (type.Kind)
        {
            case ColumnKind.Timestamp:
                json.WriteStartObject();
                json.WriteString("type"u8, "long"u8);
                json.WriteString("logicalType"u8, "timestamp-micros"u8);
                json.WriteEndObject();
                break;
            case ColumnKind.Decimal:
                json.WriteStartObject();
                json.WriteString("type"u8, "bytes"u8);
                json.WriteString("logicalType"u8, "decimal"u8);
                json.WriteNumber("precision"u8, Math.Max(MaxDecimal, type.Scale));
                json.WriteNumber("scale"u8, type.Scale);
                json.WriteEndObject();
                break;
            default:
                json.WriteStringValue(type.Kind switch
                {
                    ColumnKind.Int64 => "long"u8,
                    ColumnKind.Float64 => "double"u8,
                    ColumnKind.Bool => "boolean"u8,
                    _ => "string"u8,
                });
                break;
        }
    }

    private static void Write(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> bytes)
    {
        AvroDefaults.WriteLong(text.Length, bytes);
        bytes.Write(text);
    }
}
