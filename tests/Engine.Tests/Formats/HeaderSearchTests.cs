using System;
using System.Collections.Generic;
using System.Text;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Csv;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class HeaderSearchTests
{
    private static readonly DecodeField[] s_fields = [new("id", ColumnType.Int64, 0), new("v", ColumnType.Float64, 1) { Sources = ["wind m/s"] }];

    [Theory]
    [InlineData("id,wind m/s\n1,2\n", 2)]
    [InlineData("\u00EF\u00BB\u00BFStation;7\n\nid\n\"unclosed, id\n\"x\" y,wind m/s\n# id,wind m/s\nwind m/s,x,id\n2,,1\n", 8)]
    [InlineData("id, wind m/s\nid,wind m/S\nx,\"id\",\"wind m/s\"\r\n,1,2\r\n", 4)]
    [InlineData("a\n\"one,\ntwo\",id,wind m/s\n,1,2\n", 4)]
    public void The_first_line_with_all_names_is_the_header(string file, int line)
    {
        foreach (int read in new[] { 1, 3, 100_000 })
        {
            Assert.Equal([$"{line} 1 2"], Rows(file, read));
        }
    }

    [Fact]
    public void A_long_line_a_skipped_one_and_those_behind_the_header_are_passed_over()
    {
        string file = "id,wind m/s\n" + new string('x', 500) + "\nid,wind m/s\nunit,m/s\n1,2\n";
        Assert.Equal(["5 1 2"], Rows(file, 7, new CsvOptions { FindsHeader = true, SkipLines = 1, SkipAfterHeader = 1 }));
    }

    [Theory]
    [InlineData("a,b\nid,v\nwind m/s\n", "line 2 has the most, and lacks wind m/s")]
    [InlineData("a,b\n1,2\n", "no line has any of them")]
    [InlineData("a,b", "no line has any of them")]
    public void A_file_without_such_a_line_is_65(string file, string part)
    {
        foreach (int read in new[] { 1, 3, 100_000 })
        {
            StopException fault = Assert.Throws<StopException>(() => Rows(file, read));
            Assert.Equal(ExitCode.BadData, fault.Code);
            Assert.Contains(part, fault.Message, StringComparison.Ordinal);
            Assert.Contains("in.csv", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\r\n# id\n")]
    public void A_file_without_a_line_lacks_nothing(string file) => Assert.Empty(Rows(file, 5));

    private static List<string> Rows(string file, int read, CsvOptions? options = null)
    {
        options = (options ?? new CsvOptions { FindsHeader = true }) with { Comment = (byte)'#' };
        using var rig = new CsvRig(options, s_fields, 100) { Read = () => read, PayloadSize = 200 };
        var rows = new List<string>();
        rig.Decode(Encoding.Latin1.GetBytes(file), (batch, piece) =>
        {
            for (int row = 0; row < batch.Count; row++)
            {
                Assert.True(batch.IsLive(row));
                rows.Add($"{CsvRig.LineOf(piece, batch.Records[row])} {batch.Values(new Column<long>(0))[row]} {batch.Values(new Column<double>(1))[row]}");
            }
        });
        return rows;
    }
}
