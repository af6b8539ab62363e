using System;
using System.Buffers;
using System.Collections.Generic;
using global::MessagePack;

namespace DataStream.Tests.Formats.MessagePack;

/// <summary>Bytes for tests, written by the MessagePack package: maps as pairs, arrays as lists, extensions as they are.</summary>
internal static class Pack
{
    /// <summary>A map with these keys and values in turn.</summary>
    public static byte[] Map(params object?[] keysAndValues) => Value(new Pairs(keysAndValues));

    public static byte[] Value(object? value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, value);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case Pairs map:
                writer.WriteMapHeader(map.Items.Length / 2);
                foreach (object? item in map.Items)
                {
                    Write(ref writer, item);
                }

                break;
            case IReadOnlyList<object?> list:
                writer.WriteArrayHeader(list.Count);
                foreach (object? item in list)
                {
                    Write(ref writer, item);
                }

                break;
            case byte[] bin:
                writer.Write(bin);
                break;
            case string text:
                writer.Write(text);
                break;
            case bool flag:
                writer.Write(flag);
                break;
            case int number:
                writer.Write(number);
                break;
            case long number:
                writer.Write(number);
                break;
            case ulong number:
                writer.Write(number);
                break;
            case float number:
                writer.Write(number);
                break;
            case double number:
                writer.Write(number);
                break;
            case DateTime time:
                writer.Write(time);
                break;
            case ExtensionResult extension:
                writer.WriteExtensionFormat(extension);
                break;
            case Raw raw:
                writer.WriteRaw(raw.Bytes);
                break;
            default:
                throw new ArgumentException(value.GetType().Name, nameof(value));
        }
    }

    internal sealed record Pairs(object?[] Items);

    internal sealed record Raw(params byte[] Bytes);
}
