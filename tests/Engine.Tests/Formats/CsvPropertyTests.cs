using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.Csv;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests.Formats;

/// <summary>Random dirty CSV against the oracle, in every way of reading and cutting it.</summary>
public sealed class CsvPropertyTests
{
    private const int Seed = 4180;

    private static readonly DecodeField[] s_schema =
    [
        new("id", ColumnType.Int64, 0),
        new("t", ColumnType.Text, 1) { NullValues = ["NA"] },
        new("v", ColumnType.Float64, 2) { Nullable = false },
        new("ok", ColumnType.Bool, 3),
        new("unused", ColumnType.Timestamp, 4) { IsNeeded = false },
    ];

    [Fact]
    public void Every_way_of_reading_agrees_with_the_oracle() => Compare(Seed, 1000, maxRecordSizes: [5, 17, 40, 64, 90, 300]);

    [Fact]
    public void Long_stretches_agree_with_the_oracle() => Compare(Seed + 1, 12, maxRecordSizes: [200, 1000, 4096], lines: 2500);

    [Fact]
    public void Tidy_files_agree_with_the_oracle() => Compare(Seed + 2, 6, maxRecordSizes: [200, 1000, 4096], lines: 2500, dirt: 2000);

    private static void Compare(int seed, int rounds, int[] maxRecordSizes, int lines = 25, int dirt = 0)
    {
        for (int round = 0; round < rounds; round++)
        {
            var random = new Random(seed + (round * 7919));
            int max = maxRecordSizes[random.Next(maxRecordSizes.Length)];
            char delimiter = random.Next(3) == 0 ? ';' : ',';
            char quote = random.Next(3) == 0 ? '\'' : '"';
            char comment = random.Next(3) == 0 ? '#' : '\0';
            char escape = random.Next(3) == 0 ? '\\' : '\0';
            bool ignores = random.Next(4) == 0;
            string[] header = [.. Shuffled(random, ["id", "t", "v", "ok", "x"]).Take(max < 16 ? 0 : 5)];
            string file = (header.Length > 0 ? string.Join(delimiter, header) + "\n" : "1\n") + RandomFile(random, delimiter, quote, escape, max, lines, dirt);
            var options = new CsvOptions
            {
                Delimiter = (byte)delimiter,
                Quote = (byte)quote,
                Comment = comment == '\0' ? null : (byte)comment,
                Escape = escape == '\0' ? null : (byte)escape,
                HasHeader = header.Length > 0,
                IgnoresExtraFields = ignores,
                NullValues = random.Next(3) == 0 ? ["-", "1"] : ["-"], // the second is a number, too
            };
            List<string> expected = Expected(file, options, header, max);
            int payloadSize = max + 1 + random.Next(4 * max);
            using var rig = new CsvRig(options, s_schema, max)
            {
                PayloadSize = payloadSize,
                Rows = 64 * random.Next(1, 4),
                MaxRecords = random.Next(1, 200),
                Read = random.Next(2) == 0 ? () => random.Next(1, 9) : () => random.Next(1, 9000),
            };
            List<string> actual = Actual(rig, Encoding.Latin1.GetBytes(file));
            int differs = Enumerable.Range(0, Math.Max(expected.Count, actual.Count)).FirstOrDefault(i => i >= expected.Count || i >= actual.Count || expected[i] != actual[i], -1);
            Assert.True(differs < 0, $"round {round}, seed {seed}, max {max}, payload {payloadSize}, record {differs}:\n{expected.ElementAtOrDefault(differs)}\n{actual.ElementAtOrDefault(differs)}\n{(lines < 100 ? file : "")}");
        }
    }

    private static List<string> Actual(CsvRig rig, byte[] file)
    {
        var rows = new List<string>();
        rig.Decode(file, (batch, piece) =>
        {
            for (int row = 0; row < batch.Count; row++)
            {
                Text record = batch.Records[row];
                string place = $"{CsvRig.LineOf(piece, record)}|{Encoding.Latin1.GetString(batch.Bytes(record))}|";
                if (!batch.IsLive(row))
                {
                    (DeadReason reason, _, int column) = batch.DeathOf(row);
                    rows.Add(place + reason.Name + ":" + (column < 0 ? "" : s_schema[column].Name));
                    Assert.True(batch.Bytes(batch.Values(new Column<Text>(1))[row]).Length <= piece.Bytes.Length);
                    continue;
                }

                string[] values =
                [
                    batch.IsNull(0, row) ? "null" : $"{batch.Values(new Column<long>(0))[row]}",
                    batch.IsNull(1, row) ? "null" : Encoding.Latin1.GetString(batch.Bytes(batch.Values(new Column<Text>(1))[row])),
                    batch.IsNull(2, row) ? "null" : $"{batch.Values(new Column<double>(2))[row]:R}",
                    batch.IsNull(3, row) ? "null" : $"{batch.Values(new Column<bool>(3))[row]}",
                ];
                rows.Add(place + string.Join(";", values));
            }
        });
        return rows;
    }

    private static List<string> Expected(string file, CsvOptions options, string[] header, int max)
    {
        char comment = options.Comment is { } sign ? (char)sign : '\0';
        int width = options.HasHeader ? header.Length : s_schema.Length;
        List<NaiveCsv.Line> lines = NaiveCsv.Parse(file, (char)options.Delimiter, (char)options.Quote, comment, max, options.IgnoresExtraFields ? int.MaxValue : width, options.Escape is { } escape ? (char)escape : '\0');
        var rows = new List<string>();
        foreach (NaiveCsv.Line line in lines.Skip(options.HasHeader ? 1 : 0))
        {
            string? fault = line.Fault is null ? null : line.Fault + ":";
            var values = new List<string>();
            for (int i = 0; i < 4 && line.Fault is null; i++)
            {
                int at = options.HasHeader ? Array.IndexOf(header, s_schema[i].Name) : i;
                NaiveCsv.Item? item = at < line.Fields.Count ? line.Fields[at] : null;
                (string value, string? bad) = Value(s_schema[i], item, options.NullValues);
                fault ??= bad is null ? null : $"{bad}:{s_schema[i].Name}";
                values.Add(value);
            }

            rows.Add($"{line.Number}|{line.Raw}|{fault ?? string.Join(";", values)}");
        }

        return rows;
    }

    private static (string Value, string? Fault) Value(DecodeField field, NaiveCsv.Item? item, IReadOnlyList<string> nullValues)
    {
        FieldStatus status = FieldStatus.Null;
        string value = "null";
        bool isListed = item is not null && (nullValues.Contains(item.Text) || field.NullValues.Contains(item.Text));
        if (field.Type.Kind == ColumnKind.Text)
        {
            return item is null || (isListed && !item.IsQuoted) ? ("null", null) : (item.Text, null);
        }

        if (item is not null && !isListed)
        {
            byte[] text = Encoding.Latin1.GetBytes(item.Text);
            switch (field.Type.Kind)
            {
                case ColumnKind.Int64:
                    status = Numbers.ParseInt64(text, out long whole);
                    value = $"{whole}";
                    break;
                case ColumnKind.Float64:
                    status = Numbers.ParseFloat64(text, out double number);
                    value = $"{number:R}";
                    break;
                default:
                    status = Bools.Parse(text, out bool flag);
                    value = $"{flag}";
                    break;
            }
        }

        return status switch
        {
            FieldStatus.Value => (value, null),
            FieldStatus.Null => ("null", field.Nullable ? null : "null_field"),
            FieldStatus.OutOfRange => ("null", "out_of_range"),
            FieldStatus.BadBool => ("null", "bad_bool"),
            _ => ("null", "bad_number"),
        };
    }

    /// <summary>Mostly good records of five fields, and everything that may go wrong with them.</summary>
    private static string RandomFile(Random random, char delimiter, char quote, char escape, int max, int lines, int dirt)
    {
        var file = new StringBuilder();
        dirt = dirt > 0 ? dirt : random.Next(3) == 0 ? 60 : random.Next(2, 12);
        for (int i = random.Next(lines); i >= 0; i--)
        {
            if (random.Next(dirt) == 0)
            {
                AppendNoise(file, random, delimiter, quote, escape, max);
            }
            else
            {
                int fields = random.Next(dirt) == 0 ? random.Next(1, 8) : 5;
                for (int f = 0; f < fields; f++)
                {
                    file.Append(f > 0 ? delimiter.ToString() : "").Append(RandomField(random, delimiter, quote, escape, dirt));
                }
            }

            file.Append(random.Next(5) == 0 ? "\r\n" : "\n");
        }

        return file.ToString(0, file.Length - random.Next(Math.Min(3, file.Length)));
    }

    private static string RandomField(Random random, char delimiter, char quote, char escape, int dirt)
    {
        string plain = random.Next(6) switch
        {
            0 => "",
            1 => random.Next(2) == 0 ? "true" : "1",
            _ => $"{random.Next(2000) / (random.Next(2) == 0 ? 1 : 8.0)}",
        };
        return random.Next(dirt) switch
        {
            0 => $"{quote}{plain}{quote}",
            1 => $"{quote}{plain}{delimiter}{quote}{quote}\n{plain}{quote}",
            2 when escape != '\0' => $"{quote}{plain}{escape}{(random.Next(3) == 0 ? escape : quote)}{(random.Next(4) == 0 ? escape.ToString() : "")}{delimiter}\n{plain}{quote}",
            3 => random.Next(8) switch { 0 => "NA", 1 => "-", 2 => "NaN", 3 => "x" + quote, 4 => " 7 ", 5 => "1e999", 6 => "#", _ => quote.ToString() },
            _ => plain,
        };
    }

    private static void AppendNoise(StringBuilder file, Random random, char delimiter, char quote, char escape, int max)
    {
        string alphabet = $"{delimiter}{quote}{quote}{(escape == '\0' ? "" : $"{escape}{escape}")}\r\n#1x \u00FF";
        int length = random.Next(6) switch { 0 => max + random.Next(-3, 4), 1 => random.Next(3 * max), _ => random.Next(20) };
        char most = random.Next(2) == 0 ? 'y' : '\0';
        for (int i = 0; i < length; i++)
        {
            file.Append(most != '\0' && random.Next(8) > 0 ? most : alphabet[random.Next(alphabet.Length)]);
        }
    }

    private static T[] Shuffled<T>(Random random, T[] items)
    {
        random.Shuffle(items);
        return items;
    }
}
