using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace DataStream.Tests.Fuzz;

/// <summary>What may happen to a file: bits flip, ends are missing, parts are repeated, swapped or of another file, lengths lie, numbers grow, nesting deepens.</summary>
internal static class Mutator
{
    private const int Longest = 4096;

    private static readonly byte[] s_bytes = [0, 1, 0x7F, 0x80, 0xC0, 0xC1, 0xDF, 0xF5, 0xFE, 0xFF, (byte)'"', (byte)'\'', (byte)'\\', (byte)'\n', (byte)'\r', (byte)' ', (byte)'{', (byte)'}', (byte)'[', (byte)']', (byte)',', (byte)'0', (byte)'9', (byte)'-'];

    private static readonly long[] s_lengths = [0, 1, -1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, 301, 300, 299];

    private static readonly byte[][] s_words =
    [
        [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xC3], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF0, 0x9F, 0x98, 0x80], "9223372036854775807"u8.ToArray(), "9223372036854775808"u8.ToArray(),
        "-9223372036854775809"u8.ToArray(), "1e999"u8.ToArray(), "1e-999"u8.ToArray(), "0.1e1"u8.ToArray(), "2.2250738585072012e-308"u8.ToArray(), "1797693134862315708145274237317043567980e270"u8.ToArray(),
        "2026-02-29T23:59:60Z"u8.ToArray(), "0001-01-01T00:00:00Z"u8.ToArray(), "9999-12-31T23:59:59.9999999+14:00"u8.ToArray(), "\n"u8.ToArray(), "\r"u8.ToArray(), "\r\n\r\n"u8.ToArray(), "\0"u8.ToArray(),
    ];

    /// <summary>A mutant of the file by one to six changes.</summary>
    public static byte[] Mutate(byte[] file, byte[] other, FuzzSubject subject, Random random)
    {
        var bytes = new List<byte>(file);
        for (int change = 1 << random.Next(3); change > 0; change--)
        {
            Change(bytes, other, subject, random);
            if (bytes.Count > Longest)
            {
                bytes.RemoveRange(Longest, bytes.Count - Longest);
            }
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, byte[] other, FuzzSubject subject, Random random)
    {
        int at = random.Next(bytes.Count + 1);
        int run = Math.Min(bytes.Count - at, 1 + (random.Next(3) == 0 ? random.Next(80) : random.Next(8)));
        byte[] part = [.. bytes.GetRange(at, run)];
        switch (random.Next(14))
        {
            case 0 when run > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when run > 0:
                bytes[at] = s_bytes[random.Next(s_bytes.Length)];
                break;
            case 2:
                bytes.Insert(at, s_bytes[random.Next(s_bytes.Length)]);
                break;
            case 3 when random.Next(3) == 0:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 4:
                bytes.RemoveRange(at, run);
                break;
            case 5:
                // Deep where the part opens something, long elsewhere.
                bytes.InsertRange(at, Enumerable.Repeat(part, random.Next(6) == 0 ? random.Next(600 / Math.Max(1, run)) : 1 + random.Next(3)).SelectMany(p => p));
                break;
            case 6:
                int from = random.Next(other.Length + 1);
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(from).ToArray());
                break;
            case 7:
                int start = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.AsSpan(start, Math.Min(other.Length - start, 1 + random.Next(60))).ToArray());
                break;
            case 8 or 9:
                bytes.InsertRange(at, subject.Word(random));
                break;
            case 10:
                bytes.InsertRange(at, s_words[random.Next(s_words.Length)]);
                break;
            case 11:
                Overwrite(bytes, at, Length(random));
                break;
            case 12 when run > 0:
                // Moved to another place.
                bytes.RemoveRange(at, run);
                bytes.InsertRange(random.Next(bytes.Count + 1), part);
                break;
            default:
                GrowNumber(bytes, at, random);
                break;
        }
    }

    /// <summary>A number of 8 to 64 bits in either order of bytes, or as a zigzag varint.</summary>
    private static byte[] Length(Random random)
    {
        long value = s_lengths[random.Next(s_lengths.Length)];
        byte[] bytes = new byte[8];
        switch (random.Next(3))
        {
            case 0:
                BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
                return bytes[..(1 << random.Next(4))];
            case 1:
                BinaryPrimitives.WriteInt64BigEndian(bytes, value);
                return bytes[^(1 << random.Next(4))..];
            default:
                var varint = new List<byte>();
                ulong rest = (ulong)((value << 1) ^ (value >> 63));
                for (; rest >= 0x80; rest >>= 7)
                {
                    varint.Add((byte)(rest | 0x80));
                }

                return [.. varint, (byte)rest];
        }
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] value)
    {
        for (int i = 0; i < value.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = value[i];
        }
    }

    /// <summary>The next digits become many.</summary>
    private static void GrowNumber(List<byte> bytes, int at, Random random)
    {
        int digit = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (digit < 0)
        {
            return;
        }

        string digits = random.Next(3) switch
        {
            0 => random.NextInt64().ToString(CultureInfo.InvariantCulture),
            1 => new string('9', random.Next(1, 320)),
            _ => $"{random.Next(1000)}.{new string((char)('0' + random.Next(10)), random.Next(1, 40))}e{random.Next(-330, 330)}",
        };
        bytes.InsertRange(digit, Encoding.ASCII.GetBytes(digits));
    }
}
