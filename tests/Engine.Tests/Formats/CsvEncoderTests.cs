using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats.Csv;
using Xunit;

namespace DataStream.Tests.Formats;

/// <summary>Rows that are written column by column against the same values each written alone.</summary>
public sealed class CsvEncoderTests
{
    private const int Rows = 192;

    private static readonly ColumnType[] s_types = [ColumnType.Text, ColumnType.Int64, ColumnType.Float64, ColumnType.Bool, ColumnType.Timestamp, ColumnType.Decimal(3)];

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    [InlineData(18)]
    public void A_row_is_its_values_with_delimiters_between(int? decimals)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            ColumnType[] types = [.. Enumerable.Range(0, random.Next(30) == 0 ? 70 : random.Next(2, 12)).Select(_ => s_types[random.Next(s_types.Length)])];
            Field[] fields = [.. types.Select((type, i) => new Field("c" + i, type, i))];
            using var arena = new TextArena(_ => { });
            using var batch = new Batch(types, Rows, arena);
            batch.SetCount(Rows);
            for (int column = 0; column < types.Length; column++)
            {
                Fill(batch, column, types[column], random);
            }

            int density = random.Next(1, 5);
            ulong[] selection = [.. Enumerable.Range(0, Rows / 64).Select(_ => random.Next(4) switch { 0 => 0UL, 1 => ulong.MaxValue, _ => Bits(random, density) })];
            var options = new CsvOptions { Decimals = decimals, HasHeader = false, Delimiter = (byte)(random.Next(2) == 0 ? ',' : ';') };
            var output = new MemoryOutput(seed);
            new CsvFormat(options).CreateEncoder(fields).Encode(batch, selection, output);

            var expected = new StringBuilder();
            List<string[]> alone = [.. fields.Select(field => Alone(batch, field, selection, options))];
            for (int row = 0; row < alone[0].Length; row++)
            {
                expected.AppendJoin((char)options.Delimiter, alone.Select(values => values[row])).Append('\n');
            }

            Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(output.Bytes));
            Assert.Equal(alone[0].Length, output.Rows);
        }
    }

    /// <summary>A column's values, each written as a row of one field, where a null is two quotes.</summary>
    private static string[] Alone(Batch batch, Field field, ulong[] selection, CsvOptions options)
    {
        var values = new List<string>();
        var encoder = new CsvFormat(options).CreateEncoder([field]);
        var output = new MemoryOutput(1);
        foreach (int row in new Rows(selection))
        {
            output.Clear();
            ulong[] one = new ulong[selection.Length];
            one[row >> 6] = 1UL << row;
            encoder.Encode(batch, one, output);
            values.Add(batch.IsNull(field.Ordinal, row) ? "" : Encoding.UTF8.GetString(output.Bytes[..^1]));
        }

        return [.. values];
    }

    private static void Fill(Batch batch, int column, ColumnType type, Random random)
    {
        for (int row = 0; row < Rows; row++)
        {
            batch.SetValid(column, row);
            switch (type.Kind)
            {
                case ColumnKind.Text:
                    batch.Whole<Text>(column)[row] = batch.Arena.Append(RandomText(random));
                    break;
                case ColumnKind.Float64:
                    batch.Whole<double>(column)[row] = RandomDouble(random);
                    break;
                case ColumnKind.Bool:
                    batch.Whole<bool>(column)[row] = random.Next(2) == 0;
                    break;
                case ColumnKind.Timestamp:
                    batch.Whole<long>(column)[row] = random.Next(3) == 0 ? random.NextInt64(Timestamp.MinMicroseconds, Timestamp.MaxMicroseconds) : 1_767_225_600_000_000 + (random.Next(2) * 1_000);
                    break;
                default:
                    batch.Whole<long>(column)[row] = random.Next(3) switch { 0 => random.Next(-3, 120), 1 => random.NextInt64(long.MinValue, long.MaxValue), _ => long.MinValue };
                    break;
            }

            if (random.Next(6) == 0)
            {
                batch.SetNull(column, row);
                if (type.Kind == ColumnKind.Text)
                {
                    batch.Whole<Text>(column)[row] = new Text(int.MaxValue, int.MaxValue); // nobody may look at what a null's place holds
                }
            }
        }
    }

    private static byte[] RandomText(Random random)
    {
        int length = random.Next(5) switch { 0 => random.Next(28, 36), 1 => random.Next(300), _ => random.Next(12) };
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(20) == 0 ? ",;\"\r\n"u8[random.Next(5)] : (byte)random.Next('a', 'z'))];
    }

    private static double RandomDouble(Random random) => random.Next(6) switch
    {
        0 => BitConverter.Int64BitsToDouble(random.NextInt64()) is double any && double.IsFinite(any) ? any : 0,
        1 => -double.MaxValue,
        2 => random.Next(-10_000, 10_000) / 100.0,
        3 => -0.0,
        4 => double.Epsilon,
        _ => random.NextDouble(),
    };

    private static ulong Bits(Random random, int density)
    {
        ulong bits = ulong.MaxValue;
        for (int i = 0; i < density; i++)
        {
            bits &= (ulong)random.NextInt64(long.MinValue, long.MaxValue);
        }

        return bits;
    }
}
