using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Kernels;
using DataStream.Tests.Formats.Json;
using global::MessagePack;

namespace DataStream.Tests.Formats.MessagePack;

/// <summary>What becomes of a stream of records, as the MessagePack package reads them: one value after the other, without looking ahead and without learning.</summary>
internal static class MessagePackOracle
{
    /// <summary>Where a record begins, how long it is, and its row as the rig shows it.</summary>
    internal sealed record Fate(int Offset, int Length, string Row);

    public static List<Fate> Read(byte[] stream, IReadOnlyList<DecodeField> fields)
    {
        var fates = new List<Fate>();
        for (int offset = 0; offset < stream.Length;)
        {
            var reader = new MessagePackReader(stream.AsMemory(offset));
            bool isTooDeep = false;
            try
            {
                MessagePackType type = reader.NextMessagePackType;
                Skip(ref reader, 1, ref isTooDeep);
                int length = (int)reader.Consumed;
                fates.Add(new Fate(offset, length, isTooDeep ? "†too_deep" : type == MessagePackType.Map ? Row(stream.AsMemory(offset, length), fields) : "†not_object"));
                offset += length;
            }
            catch (Exception e) when (e is EndOfStreamException or MessagePackSerializationException or OverflowException or ArgumentOutOfRangeException)
            {
                fates.Add(new Fate(offset, stream.Length - offset, isTooDeep ? "†too_deep" : "†bad_msgpack"));
                break;
            }
        }

        return fates;
    }

    /// <summary>Goes over a value by its heads: the package's own Skip takes a count from 2^31 on for none.</summary>
    private static void Skip(ref MessagePackReader reader, int depth, ref bool isTooDeep)
    {
        bool isMap = reader.NextMessagePackType == MessagePackType.Map;
        if (!isMap && reader.NextMessagePackType != MessagePackType.Array)
        {
            reader.Skip();
            return;
        }

        isTooDeep |= depth > 256;
        for (long left = isMap ? 2L * reader.ReadMapHeader() : reader.ReadArrayHeader(); left > 0; left--)
        {
            Skip(ref reader, depth + 1, ref isTooDeep);
        }
    }

    private static string Row(ReadOnlyMemory<byte> record, IReadOnlyList<DecodeField> fields)
    {
        var row = new StringBuilder();
        foreach (DecodeField field in fields)
        {
            ReadOnlyMemory<byte>? value = record;
            foreach (string key in (field.Path ?? field.Name).Split('.'))
            {
                value = value is { } map ? Find(map, key) : null;
            }

            string text = value is { } found ? Show(found, field.Type.Kind) : "null";
            if (text.StartsWith('†'))
            {
                return $"{text} {field.Name}";
            }

            row.Append(row.Length == 0 ? "{" : ",").Append('"').Append(field.Name).Append("\":").Append(text);
        }

        return row.Append('}').ToString();
    }

    private static ReadOnlyMemory<byte>? Find(ReadOnlyMemory<byte> map, string key)
    {
        var reader = new MessagePackReader(map);
        if (reader.NextMessagePackType != MessagePackType.Map)
        {
            return null;
        }

        ReadOnlyMemory<byte>? found = null;
        for (int left = reader.ReadMapHeader(); left > 0; left--)
        {
            byte[]? name = reader.NextMessagePackType switch
            {
                MessagePackType.String => reader.ReadStringSequence()!.Value.ToArray(),
                MessagePackType.Binary => reader.ReadBytes()!.Value.ToArray(),
                _ => null,
            };
            if (name is null)
            {
                reader.Skip();
            }

            int start = (int)reader.Consumed;
            reader.Skip();
            if (name is not null && name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(key)))
            {
                found = map[start..(int)reader.Consumed];
            }
        }

        return found;
    }

    private static string Show(ReadOnlyMemory<byte> value, ColumnKind kind)
    {
        var reader = new MessagePackReader(value);
        MessagePackType type = reader.NextMessagePackType;
        if (type == MessagePackType.Nil || (type == MessagePackType.Float && !double.IsFinite(new MessagePackReader(value).ReadDouble())))
        {
            return type == MessagePackType.Nil || kind != ColumnKind.Bool ? "null" : "†bad_type";
        }

        switch (kind)
        {
            case ColumnKind.Int64 when type == MessagePackType.Integer:
                try
                {
                    return reader.ReadInt64().ToString(CultureInfo.InvariantCulture);
                }
                catch (OverflowException)
                {
                    return "†out_of_range";
                }

            case ColumnKind.Int64 when type == MessagePackType.Float:
                return "†bad_number";
            case ColumnKind.Float64 when type is MessagePackType.Integer or MessagePackType.Float:
                return Number(reader.ReadDouble());
            case ColumnKind.Bool when type == MessagePackType.Boolean:
                return reader.ReadBoolean() ? "true" : "false";
            case ColumnKind.Timestamp:
                return Instant(value, type);
            case ColumnKind.Text when type == MessagePackType.String:
                return JsonOracle.Quote(Encoding.UTF8.GetString(reader.ReadStringSequence()!.Value.ToArray()));
            case ColumnKind.Text when type == MessagePackType.Binary:
                return JsonOracle.Quote(Encoding.UTF8.GetString(reader.ReadBytes()!.Value.ToArray()));
            case ColumnKind.Text:
                string? json = Json(ref reader);
                return json is null ? "†bad_type" : json.StartsWith('"') ? json : JsonOracle.Quote(json);
            default:
                return "†bad_type";
        }
    }

    private static string Instant(ReadOnlyMemory<byte> value, MessagePackType type)
    {
        var reader = new MessagePackReader(value);
        byte[]? text = type switch
        {
            MessagePackType.String => reader.ReadStringSequence()!.Value.ToArray(),
            MessagePackType.Binary => reader.ReadBytes()!.Value.ToArray(),
            MessagePackType.Integer or MessagePackType.Float => Encoding.UTF8.GetBytes(Json(ref reader)!),
            _ => null,
        };
        if (text is not null)
        {
            return Timestamps.TryParse(text, out long parsed, out _) ? $"\"{Instant(parsed)}\"" : "†bad_timestamp";
        }

        return type != MessagePackType.Extension || reader.ReadExtensionFormat() is not { TypeCode: -1 } extension ? "†bad_type"
            : TryInstant(extension.Data.ToArray(), out long micros) ? $"\"{Instant(micros)}\""
            : "†bad_timestamp";
    }

    private static bool TryInstant(byte[] data, out long micros)
    {
        Int128 nanoseconds = data.Length switch
        {
            4 => 0,
            8 => BinaryPrimitives.ReadUInt64BigEndian(data) >> 34,
            12 => BinaryPrimitives.ReadUInt32BigEndian(data),
            _ => long.MaxValue,
        };
        Int128 seconds = data.Length switch
        {
            4 => BinaryPrimitives.ReadUInt32BigEndian(data),
            8 => BinaryPrimitives.ReadUInt64BigEndian(data) % (1UL << 34),
            12 => BinaryPrimitives.ReadInt64BigEndian(data.AsSpan(4)),
            _ => 0,
        };
        Int128 whole = (seconds * 1_000_000) + (nanoseconds / 1000);
        bool isThere = nanoseconds < 1_000_000_000 && whole >= Timestamps.Min && whole <= Timestamps.Max;
        micros = isThere ? (long)whole : 0;
        return isThere;
    }

    /// <summary>The value that comes next as JSON; null where a map has a key that JSON has not.</summary>
    private static string? Json(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Map:
                var members = new List<string>();
                bool isJson = true;
                for (int left = reader.ReadMapHeader(); left > 0; left--)
                {
                    bool isScalar = reader.NextMessagePackType is not (MessagePackType.Array or MessagePackType.Map);
                    string? key = Json(ref reader);
                    string? member = Json(ref reader);
                    isJson &= isScalar && key is not null && member is not null && !key.StartsWith('{');
                    members.Add((key?.StartsWith('"') == true ? key : $"\"{key}\"") + ":" + member);
                }

                return isJson ? "{" + string.Join(',', members) + "}" : null;
            case MessagePackType.Array:
                var items = new List<string?>();
                for (int left = reader.ReadArrayHeader(); left > 0; left--)
                {
                    items.Add(Json(ref reader));
                }

                return items.Contains(null) ? null : "[" + string.Join(',', items) + "]";
            case MessagePackType.String:
                return JsonOracle.Quote(Encoding.UTF8.GetString(reader.ReadStringSequence()!.Value.ToArray()));
            case MessagePackType.Binary:
                return JsonOracle.Quote(Encoding.UTF8.GetString(reader.ReadBytes()!.Value.ToArray()));
            case MessagePackType.Boolean:
                return reader.ReadBoolean() ? "true" : "false";
            case MessagePackType.Nil:
                reader.ReadNil();
                return "null";
            case MessagePackType.Float:
                return Number(reader.ReadDouble());
            case MessagePackType.Integer:
                return reader.NextCode == MessagePackCode.UInt64 ? reader.ReadUInt64().ToString(CultureInfo.InvariantCulture) : reader.ReadInt64().ToString(CultureInfo.InvariantCulture);
            default:
                ExtensionResult extension = reader.ReadExtensionFormat();
                return extension.TypeCode == -1 && TryInstant(extension.Data.ToArray(), out long micros)
                    ? $"\"{Instant(micros)}\""
                    : $"{{\"type\":{extension.TypeCode},\"data\":\"{Convert.ToBase64String(extension.Data.ToArray())}\"}}";
        }
    }

    private static string Number(double value)
    {
        Span<byte> text = stackalloc byte[NumberText.MaxFloat64Length];
        return double.IsFinite(value) ? Encoding.UTF8.GetString(text[..NumberText.FormatFloat64(value, text)]) : "null";
    }

    private static string Instant(long micros)
    {
        Span<byte> text = stackalloc byte[Timestamps.MaxLength];
        return Encoding.UTF8.GetString(text[..Timestamps.Format(micros, text)]);
    }
}
