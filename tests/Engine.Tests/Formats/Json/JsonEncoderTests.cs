using System;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats.Json;
using Xunit;

namespace DataStream.Tests.Formats.Json;

public sealed class JsonEncoderTests
{
    [Fact]
    public void Rows_are_objects_in_column_order_without_spaces_nulls_written()
    {
        using Batch batch = BatchOf(3, ColumnType.Int64, ColumnType.Float64, ColumnType.Timestamp, ColumnType.Bool, ColumnType.Text, ColumnType.Decimal(2));
        Fill(batch, row: 0, 1, 1.5, new Timestamp(1_767_225_600_000_000), true, "é", 125);
        Fill(batch, row: 1, -3, -0.0, new Timestamp(1_767_225_600_000_001), false, "a b", -5);

        Assert.Equal(
            """
            {"b":1,"a":1.5,"t":"2026-01-01T00:00:00.000Z","ok":true,"s":"é","d":1.25}
            {"b":-3,"a":-0,"t":"2026-01-01T00:00:00.000001Z","ok":false,"s":"a b","d":-0.05}
            {"b":null,"a":null,"t":null,"ok":null,"s":null,"d":null}

            """,
            Encode(batch, ["b", "a", "t", "ok", "s", "d"]));
    }

    [Theory]
    [InlineData(1e21, "1e+21")]
    [InlineData(1e-7, "1e-7")]
    [InlineData(0.1, "0.1")]
    [InlineData(100, "100")]
    [InlineData(-0.0, "-0")]
    public void Doubles_are_laid_out_as_ECMAScript_does(double value, string text)
    {
        using Batch batch = BatchOf(1, ColumnType.Float64);
        Fill(batch, 0, value);

        Assert.Equal($"{{\"v\":{text}}}\n", Encode(batch, ["v"]));
    }

    [Fact]
    public void Decimals_fix_the_digits_of_a_double()
    {
        using Batch batch = BatchOf(1, ColumnType.Float64, ColumnType.Int64);
        Fill(batch, 0, 2.5, 7L);

        Assert.Equal("{\"v\":2,\"i\":7}\n", Encode(batch, ["v", "i"], "0"));
        Assert.Equal("{\"v\":2.500,\"i\":7}\n", Encode(batch, ["v", "i"], "3"));
    }

    [Fact]
    public void Texts_have_the_escapes_of_the_contract_and_no_others()
    {
        string text = string.Concat(Enumerable.Range(0, 0x20).Select(i => (char)i)) + "\"\\/<>&'\x7F é\u2028😀";
        const string Escaped = "\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f"
            + "\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f"
            + "\\\"\\\\/<>&'\x7F é\u2028😀";
        using Batch batch = BatchOf(1, ColumnType.Text);
        Fill(batch, 0, text);

        Assert.Equal($"{{\"a\\\"\\u0001é\":\"{Escaped}\"}}\n", Encode(batch, ["a\"\u0001é"]));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_become_U_FFFD_and_are_counted()
    {
        using Batch batch = BatchOf(4, ColumnType.Text);
        FillBytes(batch, 0, [.. "caf"u8, 0xE9, .. "!\""u8]);
        FillBytes(batch, 1, [(byte)'a', 0xFE, 0x28, 0xF0, 0x9F, 0x98]);
        FillBytes(batch, 2, [0xED, 0xA0, 0x80]);
        FillBytes(batch, 3, "é"u8);
        var output = new MemoryOutput();
        DataStream.Formats.Encoder encoder = EncoderOf(["t"], null);

        encoder.Encode(batch, batch.Selection, output);

        Assert.Equal("{\"t\":\"caf\uFFFD!\\\"\"}\n{\"t\":\"a\uFFFD(\uFFFD\"}\n{\"t\":\"\uFFFD\uFFFD\uFFFD\"}\n{\"t\":\"é\"}\n", output.Text);
        Assert.Equal(6, encoder.ReplacedSequences);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(5000)]
    public void Long_texts_are_written_in_pieces_whatever_the_room(int extra)
    {
        using Batch batch = BatchOf(2, ColumnType.Text, ColumnType.Int64);
        string text = string.Concat(Enumerable.Range(0, 10_000).Select(i => i % 37 == 0 ? "\n" : i % 11 == 0 ? "é" : "x"));
        Fill(batch, 0, text, 1L);
        Fill(batch, 1, "", 2L);
        var output = new MemoryOutput(extra);
        EncoderOf(["t", "i"], null).Encode(batch, batch.Selection, output);

        Assert.Equal($"{{\"t\":\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\",\"i\":1}}\n{{\"t\":\"\",\"i\":2}}\n", output.Text);
        Assert.Equal(2, output.Rows);
    }

    [Fact]
    public void Only_the_rows_that_are_asked_for_are_written()
    {
        using Batch batch = BatchOf(130, ColumnType.Int64);
        for (int row = 0; row < 130; row++)
        {
            Fill(batch, row, (long)row);
        }

        var output = new MemoryOutput();
        EncoderOf(["i"], null).Encode(batch, [0, 1UL << 63, 1], output);

        Assert.Equal("{\"i\":127}\n{\"i\":128}\n", output.Text);
    }

    [Theory]
    [InlineData("framing", "blocks", "lines or values")]
    [InlineData("records", "a..b", "is an array that stands alone")]
    [InlineData("coerce", "perhaps", "true")]
    [InlineData("header", "true", "no key 'header'")]
    [InlineData("decimals", "19", "whole number from 0 to 18")]
    public void Options_of_later_versions_and_unknown_ones_are_refused(string key, string value, string message)
    {
        var errors = new ConfigErrors();
        _ = new JsonFormat(new Settings("format 'json'", Place.Code, new ConfigMap { { key, value } }, errors));

        Assert.Contains(message, Assert.Single(errors.Sorted()).Message, StringComparison.Ordinal);
    }

    private static Batch BatchOf(int rows, params ColumnType[] types)
    {
        var batch = new Batch(types, 192, new TextArena(_ => { }));
        batch.SetCount(rows);
        for (int i = 0; i < types.Length; i++)
        {
            batch.WholeValidity(i).Clear();
        }

        return batch;
    }

    private static void Fill(Batch batch, int row, params object[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            batch.SetValid(i, row);
            switch (values[i])
            {
                case double number:
                    batch.Whole<double>(i)[row] = number;
                    break;
                case Timestamp instant:
                    batch.Whole<Timestamp>(i)[row] = instant;
                    break;
                case bool flag:
                    batch.Whole<bool>(i)[row] = flag;
                    break;
                case string text:
                    batch.Whole<Text>(i)[row] = batch.Arena.Append(Encoding.UTF8.GetBytes(text));
                    break;
                default:
                    batch.Whole<long>(i)[row] = Convert.ToInt64(values[i], System.Globalization.CultureInfo.InvariantCulture);
                    break;
            }
        }
    }

    private static void FillBytes(Batch batch, int row, ReadOnlySpan<byte> text)
    {
        batch.SetValid(0, row);
        batch.Whole<Text>(0)[row] = batch.Arena.Append(text);
    }

    private static DataStream.Formats.Encoder EncoderOf(string[] names, string? decimals)
    {
        var options = new ConfigMap();
        if (decimals is not null)
        {
            options.Add("decimals", decimals);
        }

        var errors = new ConfigErrors();
        var format = new JsonFormat(new Settings("format 'json'", Place.Code, options, errors));
        Assert.Equal(0, errors.Count);
        return format.CreateEncoder([.. names.Select((name, i) => new Field(name, TypeOf(names, i), i))]);
    }

    // The batch does not tell its types: the tests' column names do.
    private static ColumnType TypeOf(string[] names, int ordinal) => names[ordinal] switch
    {
        "a" or "v" => ColumnType.Float64,
        "t" when names.Length == 6 => ColumnType.Timestamp,
        "ok" => ColumnType.Bool,
        "d" => ColumnType.Decimal(2),
        "b" or "i" => ColumnType.Int64,
        _ => ColumnType.Text,
    };

    private static string Encode(Batch batch, string[] names, string? decimals = null)
    {
        var output = new MemoryOutput();
        EncoderOf(names, decimals).Encode(batch, batch.Selection, output);
        return output.Text;
    }
}
