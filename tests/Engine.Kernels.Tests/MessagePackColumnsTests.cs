using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Xunit;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels.Tests;

/// <summary>Columns hold what one value after the other says, and rows are left exactly where there is none that fits.</summary>
public sealed unsafe class MessagePackColumnsTests
{
    private const int Rows = MessagePackMaps.Rows;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Columns_hold_what_each_value_says(int seed)
    {
        var random = new Random(seed);
        int only = random.Next(3) > 0 ? -1 : random.Next(2) == 0 ? T.Float64 : random.Next(256);
        int mostly = random.Next(256);
        var bytes = new List<byte> { T.True };
        int[] places = new int[random.Next(1, Rows + 1)];
        bool mayLack = random.Next(2) == 0;
        for (int row = 0; row < places.Length; row++)
        {
            if (mayLack && random.Next(9) == 0)
            {
                continue;
            }

            places[row] = bytes.Count;
            int token = only >= 0 ? only : random.Next(3) > 0 ? mostly : random.Next(256);
            byte[] data = new byte[10];
            random.NextBytes(data);
            data[0] = token is T.FixExt8 or T.FixExt4 && random.Next(9) > 0 ? (byte)0xFF : data[0];
            data[1] = (byte)(random.Next(2) == 0 ? data[1] : random.Next(4) * 0xFF / 3);
            if (token == T.Float64 && random.Next(9) == 0)
            {
                BinaryPrimitives.WriteUInt64BigEndian(data, 0x7FF0_0000_0000_0000 | (ulong)random.NextInt64() >> random.Next(12, 64) | (ulong)random.Next(2) << 63);
            }

            bytes.AddRange([(byte)token, .. data]);
        }

        // In a row's places the field's is one of several.
        byte[] all = [.. bytes, .. new byte[64]];
        int stride = random.Next(1, 17);
        int field = random.Next(stride);
        int[] grid = [.. Enumerable.Range(0, places.Length * stride).Select(_ => random.Next())];
        for (int row = 0; row < places.Length; row++)
        {
            grid[(row * stride) + field] = places[row];
        }

        long[] column = new long[places.Length];
        fixed (long* start = column)
        {
            nint at = (nint)start;
            Check(MessagePackColumns.ReadFloat64(all, new MessagePackPlaces(grid.AsSpan(field), stride, places.Length), at, mayLack), p => Whole(p) is { } whole ? BitConverter.DoubleToInt64Bits(whole)
                : p[0] == T.Float64 && double.IsFinite(BinaryPrimitives.ReadDoubleBigEndian(p.AsSpan(1))) ? BinaryPrimitives.ReadInt64BigEndian(p.AsSpan(1)) : null);
            Check(MessagePackColumns.ReadInt64(all, new MessagePackPlaces(grid.AsSpan(field), stride, places.Length), at, mayLack), Whole);
            Check(MessagePackColumns.ReadInstants(all, new MessagePackPlaces(grid.AsSpan(field), stride, places.Length), at, mayLack), Instant);
            Check(MessagePackColumns.ReadText(all, new MessagePackPlaces(grid.AsSpan(field), stride, places.Length), at, mayLack), _ => null, (p, place) =>
                (p[0] & 0xE0) == 0xA0 ? (place + 1) + ((p[0] & 0x1FL) << 32) : p[0] == T.Str8 ? (place + 2) + ((long)p[1] << 32) : null);
            ulong left = MessagePackColumns.ReadBools(all, new MessagePackPlaces(grid.AsSpan(field), stride, places.Length), at, mayLack);
            for (int row = 0; row < places.Length; row++)
            {
                bool isBool = places[row] != 0 && (all[places[row]] is T.True or T.False);
                Assert.Equal(!isBool, (left >> row & 1) != 0);
                Assert.True(!isBool || ((byte*)start)[row] == (all[places[row]] == T.True ? 1 : 0));
            }
        }

        void Check(ulong left, Func<byte[], long?> read, Func<byte[], int, long?>? readAt = null)
        {
            Assert.Equal(0UL, places.Length == Rows ? 0 : left >> places.Length);
            for (int row = 0; row < places.Length; row++)
            {
                byte[] value = all[places[row]..(places[row] + 11)];
                long? expected = places[row] == 0 ? null : readAt is null ? read(value) : readAt(value, places[row]);
                Assert.True(expected is null == ((left >> row & 1) != 0) && (expected is null || expected == column[row]), $"seed {seed}, row {row}: {Convert.ToHexString(value)}, {column[row]} for {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Values_of_one_token_are_read_as_any_are(int seed)
    {
        var random = new Random(seed);
        int count = random.Next(1, Rows + 1);
        int stride = random.Next(1, 17);
        int[] grid = new int[count * stride];
        foreach (int form in (int[])[T.Float64, MessagePackEven.Timestamp8, MessagePackEven.Small, 0xA0 | random.Next(32)])
        {
            byte[] all = new byte[(count * 40) + 64];
            random.NextBytes(all);
            for (int row = 0; row < count; row++)
            {
                int at = (row * 40) + random.Next(8);
                grid[row * stride] = at;
                BinaryPrimitives.WriteUInt16LittleEndian(all.AsSpan(at), (ushort)(form == MessagePackEven.Small ? random.Next(128) : form > 0xFF ? form : form + (256 * random.Next(256))));
                if (random.Next(20) == 0)
                {
                    // Not finite, and more nanoseconds than there are.
                    BinaryPrimitives.WriteUInt64BigEndian(all.AsSpan(at + (form == T.Float64 ? 1 : 2)), form == T.Float64 ? 0x7FF0_0000_0000_0000UL + (ulong)random.NextInt64(2) : ulong.MaxValue - (ulong)random.NextInt64(1L << 61));
                }
            }

            long[] even = new long[count + 1];
            long[] any = new long[count + 1];
            even[count] = 77;
            var places = new MessagePackPlaces(grid, stride, count);
            fixed (long* start = even, other = any)
            {
                (nint column, nint anyColumn) = ((nint)start, (nint)other);
                (ulong left, ulong anyLeft) = form switch
                {
                    T.Float64 => (MessagePackEven.ReadFloat64(all, places, column), MessagePackColumns.ReadFloat64(all, places, anyColumn, false)),
                    MessagePackEven.Timestamp8 => (MessagePackEven.ReadInstants(all, places, column), MessagePackColumns.ReadInstants(all, places, anyColumn, false)),
                    MessagePackEven.Small => (MessagePackEven.ReadSmall(all, places, column), MessagePackColumns.ReadInt64(all, places, anyColumn, false)),
                    _ => (MessagePackEven.ReadText(places, column, form), MessagePackColumns.ReadText(all, places, anyColumn, false)),
                };
                Assert.Equal(anyLeft, left);
            }

            Assert.All(Enumerable.Range(0, count), row => Assert.Equal(any[row], even[row]));
            Assert.Equal(77, even[count]);
        }
    }

    private static long? Whole(byte[] p) => p[0] switch
    {
        < 0x80 => p[0],
        >= 0xE0 => (sbyte)p[0],
        T.UInt8 => p[1],
        T.UInt16 => BinaryPrimitives.ReadUInt16BigEndian(p.AsSpan(1)),
        T.UInt32 => BinaryPrimitives.ReadUInt32BigEndian(p.AsSpan(1)),
        T.UInt64 => p[1] < 0x80 ? BinaryPrimitives.ReadInt64BigEndian(p.AsSpan(1)) : null,
        T.Int8 => (sbyte)p[1],
        T.Int16 => BinaryPrimitives.ReadInt16BigEndian(p.AsSpan(1)),
        T.Int32 => BinaryPrimitives.ReadInt32BigEndian(p.AsSpan(1)),
        T.Int64 => BinaryPrimitives.ReadInt64BigEndian(p.AsSpan(1)),
        _ => null,
    };

    private static long? Instant(byte[] p)
    {
        if (p[0] == T.FixExt4 && p[1] == 0xFF)
        {
            return BinaryPrimitives.ReadUInt32BigEndian(p.AsSpan(2)) * 1_000_000L;
        }

        ulong data = BinaryPrimitives.ReadUInt64BigEndian(p.AsSpan(2));
        return p[0] == T.FixExt8 && p[1] == 0xFF && data >> 34 <= 999_999_999 ? ((long)(data & ((1UL << 34) - 1)) * 1_000_000) + (long)((data >> 34) / 1000) : null;
    }
}
