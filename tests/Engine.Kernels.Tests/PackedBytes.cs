using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using K = DataStream.Kernels.PackedStepKind;

namespace DataStream.Kernels.Tests;

/// <summary>Steps and packed records at random, and a reader of them that goes byte by byte.</summary>
internal static class PackedBytes
{
    public const int Fields = 8;
    public const int Rows = 128;

    private static readonly K[] s_values =
    [
        K.Bytes, K.Long, K.Int, K.Below, K.Flag, K.Text, K.Null, K.NullFlag, K.ReadInt64, K.ReadFloat64OfInt64, K.ReadFloat64OfFloat32, K.ReadFloat64, K.ReadFlag, K.ReadText,
        K.ReadMilliseconds, K.ReadMicroseconds, K.ReadDays, K.Other,
    ];

    /// <summary>Reads one record; where it ends, or −1.</summary>
    public static int ByByte(ReadOnlySpan<byte> bytes, int at, PackedStep[] steps, long[] columns, ulong[] nulls, int row)
    {
        for (int i = 0; steps[i].Kind != K.End; i++)
        {
            PackedStep step = steps[i];
            Span<long> column = columns.AsSpan(step.Target * Rows % columns.Length, Rows);
            Span<byte> flags = MemoryMarshal.AsBytes(column);
            long value;
            switch (step.Kind)
            {
                case K.Bytes:
                    at += step.Length;
                    break;
                case K.Long or K.Int or K.Below or K.ReadInt64 or K.ReadFloat64OfInt64 or K.ReadMilliseconds or K.ReadMicroseconds or K.ReadDays:
                    long factor = step.Kind switch { K.ReadMilliseconds => 1000, K.ReadDays => 86_400_000_000, _ => 1 };
                    bool isTime = step.Kind is K.ReadMilliseconds or K.ReadMicroseconds or K.ReadDays;
                    if (!TryNumber(bytes, ref at, out value) || (step.Kind == K.Int && value != (int)value) || (step.Kind == K.Below && (value < 0 || value >= step.Length))
                        || (isTime && ((Int128)value * factor < Timestamps.Min || (Int128)value * factor > Timestamps.Max)))
                    {
                        return -1;
                    }

                    if (step.Kind is not (K.Long or K.Int or K.Below))
                    {
                        column[row] = step.Kind == K.ReadFloat64OfInt64 ? BitConverter.DoubleToInt64Bits(value) : value * factor;
                    }

                    break;
                case K.Flag or K.ReadFlag:
                    if (at >= bytes.Length || bytes[at] > 1)
                    {
                        return -1;
                    }

                    flags[row] = step.Kind == K.ReadFlag ? bytes[at] : flags[row];
                    at++;
                    break;
                case K.Text or K.ReadText or K.Other:
                    if (!TryNumber(bytes, ref at, out value) || value < 0 || value > bytes.Length - at)
                    {
                        return -1;
                    }

                    column[row] = step.Kind == K.ReadText ? (uint)at | (value << 32) : column[row];
                    at += (int)value;
                    break;
                case K.ReadFloat64 or K.ReadFloat64OfFloat32:
                    int size = step.Kind == K.ReadFloat64 ? 8 : 4;
                    if (at > bytes.Length - size)
                    {
                        return -1;
                    }

                    double number = size == 8 ? BinaryPrimitives.ReadDoubleLittleEndian(bytes[at..]) : BinaryPrimitives.ReadSingleLittleEndian(bytes[at..]);
                    column[row] = BitConverter.DoubleToInt64Bits(number);
                    at += size;
                    break;
                case K.Optional or K.OptionalColumn:
                    if (!TryNumber(bytes, ref at, out value) || (2 * value != step.Null && 2 * value != step.Some))
                    {
                        return -1;
                    }

                    if (2 * value == step.Null)
                    {
                        i += step.Length;
                        if (step.Kind == K.OptionalColumn)
                        {
                            column[row] = 0;
                            nulls[(step.Target * Rows / 64) + (row >> 6)] |= 1UL << row;
                        }
                    }

                    break;
                case K.Null or K.NullFlag:
                    column[row] = step.Kind == K.Null ? 0 : column[row];
                    flags[row] = step.Kind == K.NullFlag ? (byte)0 : flags[row];
                    nulls[(step.Target * Rows / 64) + (row >> 6)] |= 1UL << row;
                    break;
                case K.Jump:
                    i += step.Length;
                    break;
            }

            if (at > bytes.Length)
            {
                return -1;
            }
        }

        return at;
    }

    public static bool TryNumber(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        UInt128 bits = 0;
        for (int i = 0; i < 10 && at < bytes.Length; i++)
        {
            byte next = bytes[at++];
            bits |= (UInt128)(next & 0x7Fu) << (7 * i);
            if (next < 0x80)
            {
                value = (long)((ulong)bits >> 1) ^ -(long)((ulong)bits & 1);
                return bits <= ulong.MaxValue;
            }
        }

        value = 0;
        return false;
    }

    public static void Schema(Random random, List<PackedStep> steps, int values, int depth)
    {
        for (; values > 0; values--)
        {
            // A field is read by one step, or its column would have the last one's.
            int target = steps.Count(step => step.Kind is >= K.OptionalColumn and not K.Jump) is int used and < Fields ? used : -1;
            if (depth < 3 && random.Next(4) == 0)
            {
                int place = steps.Count;
                bool isColumn = target >= 0 && random.Next(2) == 0;
                byte none = (byte)(2 * random.Next(2));
                steps.Add(new PackedStep(isColumn ? K.OptionalColumn : K.Optional) { Target = Math.Max(target, 0) });
                Schema(random, steps, random.Next(3), depth + 1);
                bool hasMore = random.Next(3) == 0;
                if (hasMore)
                {
                    steps.Add(new PackedStep(K.Jump));
                }

                int behind = steps.Count;
                steps[place] = steps[place] with { Null = none, Some = (byte)(2 - none), Length = behind - place - 1 };
                if (hasMore)
                {
                    Schema(random, steps, random.Next(3), depth + 1);
                    steps[behind - 1] = new PackedStep(K.Jump) { Length = steps.Count - behind };
                }

                continue;
            }

            K kind = s_values[random.Next(s_values.Length)];
            bool isRead = kind >= K.OptionalColumn && kind != K.Other;
            if (!isRead || target >= 0)
            {
                steps.Add(new PackedStep(kind) { Target = isRead ? target : 0, Length = kind == K.Below ? 3 : random.Next(1, 20) });
            }
        }
    }

    public static byte[] Bytes(Random random, PackedStep[] steps, int records)
    {
        var bytes = new List<byte>();
        for (; records > 0; records--)
        {
            for (int i = 0; steps[i].Kind != K.End; i++)
            {
                PackedStep step = steps[i];
                switch (step.Kind)
                {
                    case K.Bytes:
                        bytes.AddRange(Noise(random, step.Length));
                        break;
                    case K.Long or K.ReadInt64 or K.ReadFloat64OfInt64:
                        Number(bytes, random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64));
                        break;
                    case K.Int:
                        Number(bytes, random.Next(int.MinValue, int.MaxValue) >> random.Next(32));
                        break;
                    case K.Below:
                        Number(bytes, random.Next(3));
                        break;
                    case K.ReadMilliseconds:
                        Number(bytes, random.NextInt64(Timestamps.Min / 1000, Timestamps.Max / 1000));
                        break;
                    case K.ReadMicroseconds:
                        Number(bytes, random.NextInt64(Timestamps.Min, Timestamps.Max));
                        break;
                    case K.ReadDays:
                        Number(bytes, random.Next(-700_000, 2_900_000));
                        break;
                    case K.Flag or K.ReadFlag:
                        bytes.Add((byte)random.Next(2));
                        break;
                    case K.Text or K.ReadText or K.Other:
                        byte[] text = Noise(random, random.Next(8) == 0 ? random.Next(300) : random.Next(20));
                        Number(bytes, text.Length);
                        bytes.AddRange(text);
                        break;
                    case K.ReadFloat64:
                        bytes.AddRange(BitConverter.GetBytes(random.NextDouble() * 1000));
                        break;
                    case K.ReadFloat64OfFloat32:
                        bytes.AddRange(BitConverter.GetBytes(random.NextSingle() * 1000));
                        break;
                    case K.Optional or K.OptionalColumn:
                        bool isNull = random.Next(2) == 0;
                        bytes.Add(isNull ? step.Null : step.Some);
                        i += isNull ? step.Length : 0;
                        break;
                    case K.Jump:
                        i += step.Length;
                        break;
                }
            }
        }

        return [.. bytes];
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    public static void Number(List<byte> bytes, long value)
    {
        for (ulong bits = (ulong)((value << 1) ^ (value >> 63)); ; bits >>= 7)
        {
            bytes.Add((byte)(bits < 0x80 ? bits : bits | 0x80));
            if (bits < 0x80)
            {
                return;
            }
        }
    }
}
