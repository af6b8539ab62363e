using System;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Xunit;
using Encoder = DataStream.Formats.Encoder;

namespace DataStream.Tests.Formats.Json;

/// <summary>Rows joined of cells are what the way for any row writes: a key too long for a cell makes an encoder go that way.</summary>
public sealed class JsonCellsTests
{
    private static readonly string s_long = new('k', 40);

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(18)]
    public unsafe void Rows_of_cells_are_those_of_the_way_for_any_row(int? decimals)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        ColumnType[] types = [ColumnType.Text, ColumnType.Int64, ColumnType.Float64, ColumnType.Bool, ColumnType.Timestamp, ColumnType.Decimal(3), ColumnType.Text];
        using var arena = new TextArena(_ => { });
        using var batch = new Batch(types, 192, arena);
        using var block = new NativeBlock(1 << 20);
        for (int round = 0; round < 15; round++)
        {
            var payload = new Payload { Start = block.Start, Capacity = block.Length };
            payload.Clear();
            payload.Length = block.Length;
            random.NextBytes(block.Bytes);
            Fill(batch, payload, random, types);
            ulong[] rows = [(ulong)random.NextInt64(), ulong.MaxValue, random.Next(2) == 0 ? 0 : (ulong)random.NextInt64() | 1];

            (string cells, long replaced) = Encode("k", types, batch, rows, decimals);
            (string any, long replacedByRow) = Encode(s_long, types, batch, rows, decimals);

            Assert.True(any.Replace(s_long, "k", StringComparison.Ordinal) == cells, $"seed {seed}, round {round}\n{any}\n{cells}");
            Assert.Equal(replacedByRow, replaced);
        }
    }

    private static void Fill(Batch batch, Payload payload, Random random, ColumnType[] types)
    {
        batch.Attach(payload);
        batch.SetCount(192);
        for (int column = 0; column < types.Length; column++)
        {
            for (int row = 0; row < 192; row++)
            {
                bool isNull = random.Next(7) == 0;
                if (types[column].Kind == ColumnKind.Text)
                {
                    int length = random.Next(4) == 0 ? random.Next(80) : random.Next(34);
                    int at = random.Next(payload.Length - length);
                    length = isNull ? 0 : length;
                    batch.Whole<Text>(column)[row] = isNull ? new Text(random.Next(), 7) : new Text(at, length);
                    bool isPlain = random.Next(4) > 0;
                    for (int i = at; i < at + length && isPlain; i++)
                    {
                        // Mostly plain: else no row is joined of cells. Texts may overlap.
                        WriteByte(payload, i, (byte)random.Next('a', 'z'));
                    }
                }
                else if (types[column].Kind == ColumnKind.Bool)
                {
                    batch.Whole<bool>(column)[row] = random.Next(2) == 0;
                }
                else if (types[column].Kind == ColumnKind.Float64)
                {
                    batch.Whole<double>(column)[row] = random.Next(3) == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64()) is var d && double.IsFinite(d) ? d : 0.5 : random.Next(100_000) / 100.0;
                }
                else
                {
                    long value = types[column].Kind == ColumnKind.Timestamp && !isNull ? random.NextInt64(Timestamp.MinMicroseconds, Timestamp.MaxMicroseconds) : random.NextInt64(long.MinValue, long.MaxValue);
                    batch.Whole<long>(column)[row] = value >> (types[column].Kind == ColumnKind.Timestamp ? 0 : random.Next(60));
                }

                batch.SetValid(column, row);
                if (isNull)
                {
                    batch.SetNull(column, row);
                }
            }
        }
    }

    private static unsafe void WriteByte(Payload payload, int at, byte value) => payload.Start[at] = value;

    private static (string Text, long Replaced) Encode(string key, ColumnType[] types, Batch batch, ulong[] rows, int? decimals)
    {
        var options = new ConfigMap();
        if (decimals is { } digits)
        {
            options.Add("decimals", digits.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        var format = new JsonFormat(new Settings("format 'json'", Place.Code, options, new ConfigErrors()));
        Encoder encoder = format.CreateEncoder([.. types.Select((t, i) => new Field($"{key}{i}", t, i))]);
        var output = new MemoryOutput();
        encoder.Encode(batch, rows, output);
        return (output.Text, encoder.ReplacedSequences);
    }
}
