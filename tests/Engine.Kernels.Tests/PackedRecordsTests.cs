using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;
using K = DataStream.Kernels.PackedStepKind;

namespace DataStream.Kernels.Tests;

/// <summary>Packed records are read as a reader byte by byte reads them, whole or damaged, wherever the bytes end and however many rows are asked for at a time.</summary>
public sealed unsafe class PackedRecordsTests
{
    private const int Fields = PackedBytes.Fields;
    private const int Rows = PackedBytes.Rows;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 300)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Records_are_read_as_byte_by_byte(int seed)
    {
        var random = new Random(seed);
        var steps = new List<PackedStep>();
        PackedBytes.Schema(random, steps, random.Next(1, 9), 0);
        steps.Add(new PackedStep(K.End));
        byte[] bytes = PackedBytes.Bytes(random, [.. steps], random.Next(1, 100));
        for (int damage = random.Next(4); damage > 0 && bytes.Length > 0; damage--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        Compare($"seed {seed}", bytes, random.Next(2) == 0 ? bytes.Length : random.Next(bytes.Length + 1), [.. steps], random);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(63L)]
    [InlineData(-64L)]
    [InlineData(64L)]
    [InlineData(-1L << 27)]
    [InlineData((1L << 55) - 1)]
    [InlineData(1L << 55)]
    [InlineData(-1L << 62)]
    [InlineData(1L << 62)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Numbers_of_every_length_are_read(long value)
    {
        var bytes = new List<byte>();
        PackedBytes.Number(bytes, value);
        PackedStep[] steps = [new(K.ReadInt64) { Target = 1 }, new(K.End)];
        long column = 7;
        var records = new PackedRecords([.. bytes, .. new byte[PackedRecords.Room]], bytes.Count, steps, [0, (nint)(&column)], new ulong[4], 0, 100);
        Assert.Equal(PackedEnd.Rows, records.Read(1));
        Assert.Equal((value, 1, bytes.Count, bytes.Count), (column, records.Row, records.At, records.Longest));
    }

    [Theory]
    [InlineData(K.ReadInt64, "FFFFFFFFFFFFFFFFFF02")]
    [InlineData(K.ReadInt64, "FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData(K.Long, "FFFFFFFFFFFFFFFFFF02")]
    [InlineData(K.Long, "FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData(K.Int, "8080808010")]
    [InlineData(K.Text, "01")]
    [InlineData(K.Text, "02")]
    [InlineData(K.Text, "FEFFFFFF0F")]
    [InlineData(K.ReadText, "FFFFFFFFFFFFFFFFFF01")]
    [InlineData(K.ReadFloat64, "000000000000F07F")]
    [InlineData(K.ReadFloat64OfFloat32, "0000807F")]
    [InlineData(K.ReadFlag, "02")]
    [InlineData(K.Flag, "FF")]
    [InlineData(K.Below, "04")]
    [InlineData(K.Below, "01")]
    [InlineData(K.Optional, "04")]
    [InlineData(K.OptionalColumn, "8000")]
    [InlineData(K.ReadDays, "80808080808001")]
    public void What_is_damaged_or_unusual_is_left_to_the_caller(K kind, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        PackedStep[] steps = [new(kind) { Length = 2, Some = 2 }, new(K.End), new(K.End), new(K.End)];
        long* column = stackalloc long[4];
        var records = new PackedRecords([.. bytes, .. new byte[32]], bytes.Length, steps, [(nint)column], new ulong[4], 0, 100);
        Assert.Equal(PackedEnd.Unread, records.Read(4));
        Assert.Equal((0, 0), (records.Row, records.At));
    }

    [Theory]
    [InlineData(K.Text, K.Text)]
    [InlineData(K.Text, K.ReadFloat64)]
    [InlineData(K.ReadText, K.Text)]
    [InlineData(K.ReadText, K.ReadText)]
    public void Nothing_behind_the_bytes_is_looked_at(K first, K second)
    {
        byte[] bytes = [0xFE, 0xFF, 0xFF, 0x7F, .. new byte[28]]; // a text of 2^27 bytes: what is behind it is nobody's memory
        long* column = stackalloc long[2];
        var records = new PackedRecords(bytes, bytes.Length, [new(first), new(second), new(K.End)], [(nint)column], [], 0, int.MaxValue);
        Assert.Equal(PackedEnd.Unread, records.Read(1));
        records = new PackedRecords(bytes, bytes.Length, [new(K.Bytes) { Length = int.MaxValue }, new(K.Int), new(K.End)], [], [], 0, int.MaxValue);
        Assert.Equal(PackedEnd.Unread, records.Read(1));
    }

    [Fact]
    public void A_record_that_is_longer_than_may_be_is_left_to_the_caller()
    {
        byte[] bytes = [2, 65, 6, 65, 66, 67, 2, 65, .. new byte[32]];
        var records = new PackedRecords(bytes, 8, [new(K.Text), new(K.End)], 3);
        Assert.Equal(PackedEnd.Unread, records.Read(9));
        Assert.Equal((1, 2, 2), (records.Row, records.At, records.Longest));
    }

    private static void Compare(string what, byte[] bytes, int end, PackedStep[] steps, Random random)
    {
        long[] kernel = new long[Fields * Rows];
        long[] expected = new long[Fields * Rows];
        long[] places = new long[Rows];
        ulong[] nulls = new ulong[Fields * Rows / 64];
        ulong[] none = new ulong[Fields * Rows / 64];
        byte[] readable = [.. bytes[..end], .. bytes[end..], .. new byte[random.Next(PackedRecords.Room + 1)]];
        fixed (long* columns = kernel)
        fixed (long* record = places)
        {
            nint first = (nint)columns;
            nint[] starts = [.. Enumerable.Range(0, Fields).Select(i => first + (i * Rows * sizeof(long)))];
            var records = new PackedRecords(readable, end, steps, starts, nulls, (nint)record, 1000);
            int at = 0;
            int taken = 0;
            for (int row = 0; row < Rows && at < end;)
            {
                PackedEnd how = Run(ref records, readable.AsSpan(0, end), Math.Min(Rows, row + random.Next(1, Rows)));
                for (; row < records.Row; row++)
                {
                    int next = PackedBytes.ByByte(bytes.AsSpan(0, end), at, steps, expected, none, row);
                    Assert.True(next >= 0, $"{what}: row {row} at {at} was read");
                    Assert.True(places[row] == ((uint)at | ((long)(next - at) << 32)), $"{what}: place of row {row}");
                    at = next;
                    taken++;
                }

                Assert.True(at == records.At && (how != PackedEnd.Unread || at < end), $"{what}: {how} at {records.At}, not {at}");
                if (how == PackedEnd.Unread)
                {
                    // The caller's: the same record byte by byte, if it is one.
                    int next = PackedBytes.ByByte(bytes.AsSpan(0, end), at, steps, expected, none, row);
                    Assert.True(next < 0 || next > readable.Length - PackedRecords.Room - 1 || IsUnusual(bytes.AsSpan(at..next), steps), $"{what}: row {row} at {at} was not read");
                    if (next < 0)
                    {
                        Forget(steps, expected, none, kernel, nulls, row);
                        break;
                    }

                    PackedBytes.ByByte(bytes.AsSpan(0, end), at, steps, kernel, nulls, row);
                    (records.At, records.Row, at) = (next, row + 1, next);
                    row++;
                }
            }

            Assert.True(expected.AsSpan().SequenceEqual(kernel), $"{what}: other values");
            Assert.True(none.AsSpan().SequenceEqual(nulls), $"{what}: other nulls");
        }
    }

    /// <summary>Runs and does what the kernel leaves to its caller: goes over a text.</summary>
    private static PackedEnd Run(ref PackedRecords records, ReadOnlySpan<byte> bytes, int lastRow)
    {
        bool isFirst = true;
        while (true)
        {
            PackedEnd how = records.Read(lastRow);
            if (how != PackedEnd.Other)
            {
                return how;
            }

            Assert.Equal(isFirst, records.IsFirst);
            isFirst = false;
            int at = records.At;
            if (!PackedBytes.TryNumber(bytes, ref at, out long length) || length < 0 || length > bytes.Length - at)
            {
                records.Abandon();
                return PackedEnd.Unread;
            }

            records.At = at + (int)length;
        }
    }

    /// <summary>What the row had before the damage need not be alike.</summary>
    private static void Forget(PackedStep[] steps, long[] one, ulong[] oneNulls, long[] other, ulong[] otherNulls, int row)
    {
        for (int field = 0; field < Fields; field++)
        {
            one[(field * Rows) + row] = other[(field * Rows) + row] = 0;
            if (steps.Any(step => step.Target == field && step.Kind is K.ReadFlag or K.NullFlag))
            {
                ((Span<byte>)System.Runtime.InteropServices.MemoryMarshal.AsBytes(one.AsSpan(field * Rows, Rows)))[row] = 0;
                ((Span<byte>)System.Runtime.InteropServices.MemoryMarshal.AsBytes(other.AsSpan(field * Rows, Rows)))[row] = 0;
            }

            oneNulls[(field * Rows / 64) + (row >> 6)] &= ~(1UL << row);
            otherNulls[(field * Rows / 64) + (row >> 6)] &= ~(1UL << row);
        }
    }

    /// <summary>A sound record that the kernel may leave: it has something that is written longer than it must be, is not finite, or is an instant of nine bytes.</summary>
    private static bool IsUnusual(ReadOnlySpan<byte> record, PackedStep[] steps) =>
        record.Contains((byte)0x80) || record.Contains((byte)0x7F) || record.Contains((byte)0xFF) || record.Length > 1000 || steps.Any(step => step.Kind is K.Other or K.ReadMicroseconds);
}
