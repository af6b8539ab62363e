using System;
using System.Collections.Generic;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.Csv;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class CsvFormulaTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "\"'\rx\"")]
    [InlineData("=\"a\",b", "\"'=\"\"a\"\",b\"")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("-12.5e3", "-12.5e3")]
    [InlineData("+1", "+1")]
    [InlineData("a=b", "a=b")]
    [InlineData("", "\"\"")]
    [InlineData("\uFF10", "\uFF10")]
    public void What_a_spreadsheet_would_compute_gets_an_apostrophe(string text, string written)
    {
        Assert.Equal($"n,t\n-1,{written}\n", Write(text, new CsvOptions { GuardsFormulas = true }));
        Assert.Equal($"n,t\n-1,{written.Replace("'" + text, text, StringComparison.Ordinal)}\n".Replace("\"'", "\"", StringComparison.Ordinal), Write(text, new CsvOptions()));
    }

    [Fact]
    public void Names_and_long_texts_are_guarded_too_and_an_apostrophe_as_quote_is_doubled()
    {
        string text = "=" + new string('x', 5000);
        Assert.Equal($"'=n,t\n-1,'{text}\n", Write(text, new CsvOptions { GuardsFormulas = true }, "=n"));
        Assert.Equal("n,t\n-1,'''=1'\n", Write("=1", new CsvOptions { GuardsFormulas = true, Quote = (byte)'\'' }));
    }

    private static string Write(string text, CsvOptions options, string name = "n")
    {
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([ColumnType.Int64, ColumnType.Text], 64, arena);
        batch.SetCount(1);
        batch.Values(new Column<long>(0))[0] = -1;
        batch.Values(new Column<Text>(1))[0] = arena.Append(Encoding.UTF8.GetBytes(text));
        batch.SetValid(0, 0);
        batch.SetValid(1, 0);
        var output = new MemoryOutput(1);
        DataStream.Formats.Encoder encoder = new CsvFormat(options).CreateEncoder([new Field(name, ColumnType.Int64, 0), new Field("t", ColumnType.Text, 1)]);
        encoder.Header(output);
        encoder.Encode(batch, batch.Selection, output);
        return Encoding.UTF8.GetString(output.Bytes);
    }
}
