using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Csv;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class CsvCaseTests
{
    private static readonly CsvCase[] s_all = [.. CsvStructureCases.All, .. CsvValueCases.All, .. CsvNumberCases.All, .. CsvTimestampCases.All];

    public static TheoryData<string> Names => [.. s_all.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_contract_holds_however_the_file_is_read(string name)
    {
        CsvCase example = s_all.Single(c => c.Name == name);
        foreach ((int read, int payload) in new[] { (1, 1), (1 << 20, 1), (7, 1 << 18), (1 << 20, 1 << 18) })
        {
            var dead = new List<string>();
            using var rig = new CsvRig(example.Options, example.Fields, example.MaxRecordSize) { Read = () => read, PayloadSize = Math.Max(payload, example.MaxRecordSize + 1) };
            Assert.Equal(example.Output, rig.Convert(Encoding.Latin1.GetBytes(example.Input), dead, example.Shown));
            if (example.Dead.Any(d => d.Contains('×', StringComparison.Ordinal)))
            {
                Assert.Equal(example.Dead, dead.CountBy(d => d.Split(' ')[0]).Select(pair => $"{pair.Value} × {pair.Key}"));
                continue;
            }

            Assert.Equal(example.Dead.Length, dead.Count);
            foreach ((string expected, string actual) in example.Dead.Zip(dead))
            {
                string[] asked = expected.Split(' ', 4);
                string[] got = actual.Split(' ', 4);
                Assert.Equal(asked, got.Select((part, i) => asked[i] == "*" ? "*" : part));
            }
        }
    }

    [Fact]
    public void A_header_must_name_what_the_plan_uses_once()
    {
        Assert.Contains("in.csv:2: the header has no column 'id'", Refused("#\nx,y\n1,2\n"), StringComparison.Ordinal);
        Assert.Contains("names twice the column 'id'", Refused("id,v,id\n1,2,3\n"), StringComparison.Ordinal);
        Assert.Contains("the header is longer", Refused("id," + new string('x', 200) + "\n"), StringComparison.Ordinal);
        Assert.Contains("the header has a quote", Refused("id,\"x\n"), StringComparison.Ordinal);
        Assert.Contains("UTF-16", Refused("\u00FF\u00FEi\0d\0\n\0"), StringComparison.Ordinal);
        Assert.Contains("CRs", Refused(string.Concat(Enumerable.Repeat("id,v\r", 40))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u00EF\u00BB\u00BF")]
    [InlineData("\n\r\n")]
    [InlineData("# only a remark\n")]
    [InlineData("id\n")]
    [InlineData("id")]
    public void A_file_without_records_has_none(string file) => Assert.Equal("id\n", Convert(file));

    [Theory]
    [InlineData("header", "search", "true or false")]
    [InlineData("escape", "ab", "one byte")]
    [InlineData("escape", "x", "no letter")]
    [InlineData("escape", ",", "delimiter")]
    [InlineData("thousands", ".", "write 'decimal:")]
    [InlineData("thousands", "1", "one character")]
    [InlineData("thousands", "..", "one character")]
    [InlineData("decimal", ";", "or ,")]
    [InlineData("encoding", "utf16", "did you mean 'utf-16'")]
    [InlineData("encoding", "cp1252", "did you mean 'windows-1252'")]
    [InlineData("encoding", "shift-jis", "utf-8, latin-1, windows-1252 or utf-16")]
    [InlineData("formulas", "yes", "keep or guard")]
    [InlineData("delimiter", "::", "one byte")]
    [InlineData("delimiter", "\u00FC", "one byte")]
    [InlineData("delimiter", "\"", "the same")]
    [InlineData("comment", ",", "delimiter too")]
    [InlineData("quote", "1", "do not begin")]
    [InlineData("extra_fields", "keep", "dead or ignore")]
    [InlineData("decimals", "19", "from 0 to 18")]
    [InlineData("delimeter", ";", "did you mean 'delimiter'")]
    public void Options_are_checked(string key, string value, string part)
    {
        var errors = new ConfigErrors();
        CsvFormat.FromSettings(new Settings("input_format", Place.Code, new ConfigMap { [key] = value }, errors));
        Assert.Contains(part, Assert.Single(errors.Sorted()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_read()
    {
        var errors = new ConfigErrors();
        var map = new ConfigMap
        {
            ["delimiter"] = "tab", ["header"] = "false", ["quote"] = "'", ["comment"] = "#", ["null_values"] = new[] { "NA", "-" },
            ["skip_lines"] = 2, ["extra_fields"] = "ignore", ["decimals"] = 3,
        };
        CsvOptions options = CsvFormat.FromSettings(new Settings("input_format", Place.Code, map, errors)).Options;
        Assert.Empty(errors.Sorted());
        Assert.Equal(
            ((byte)'\t', false, (byte)'\'', (byte?)'#', 2L, true, (int?)3),
            (options.Delimiter, options.HasHeader, options.Quote, options.Comment, options.SkipLines, options.IgnoresExtraFields, options.Decimals));
        Assert.Equal(["NA", "-"], options.NullValues);
    }

    [Fact]
    public void Files_of_several_layouts_share_a_decoder()
    {
        DecodeField[] fields = [new("a", ColumnType.Int64, 0), new("b", ColumnType.Int64, 1)];
        FormatReading reading = new CsvFormat(new CsvOptions()).CreateReading(new DecodePlan(fields, 100, KeepRecords: false));
        RecordCutter cutter = reading.CreateCutter();
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([ColumnType.Int64, ColumnType.Int64], 64, arena);
        var sums = new List<(int Header, long A, long B)>();
        foreach (string file in new[] { "a,b\n1,2\n", "x,b,a\n9,4,3\n", "a,b\n5,6\n" })
        {
            CutStream.Piece piece = Assert.Single(CutStream.Run(cutter, Encoding.ASCII.GetBytes(file), () => 5, 200, 100));
            using NativeBlock block = CutStream.Load(piece, out Payload payload);
            decoder.Decode(payload, 0, batch);
            sums.Add((piece.Header, batch.Values(new Column<long>(0))[0], batch.Values(new Column<long>(1))[0]));
        }

        Assert.Equal([(0, 1, 2), (1, 3, 4), (0, 5, 6)], sums);
    }

    private static string Refused(string file)
    {
        StopException stop = Assert.Throws<StopException>(() => Convert(file));
        Assert.Equal(ExitCode.BadData, stop.Code);
        return stop.Message;
    }

    private static string Convert(string file)
    {
        using var rig = new CsvRig(new CsvOptions { Comment = (byte)'#' }, [new DecodeField("id", ColumnType.Int64, 0)], 100);
        return rig.Convert(Encoding.Latin1.GetBytes(file), []);
    }
}
