using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using DataStream.Batches;
using DataStream.Formats.Json;
using Xunit;

namespace DataStream.Tests.Formats.Json;

public sealed class DeadLetterWriterTests
{
    [Fact]
    public void A_letter_has_the_keys_of_the_contract_in_their_order()
    {
        Assert.Equal(
            "{\"reason\":\"bad_number\",\"stage\":\"decode\",\"source\":\"in \\\"1\\\".csv\",\"line\":2,\"offset\":5,\"field\":\"id\",\"expected\":\"int64\",\"raw\":\"x,\\\"c\\nd\\\"\"}\n",
            Write(DeadReason.BadNumber, "decode", "in \"1\".csv", 2, 5, "id", "int64", "x,\"c\nd\""u8));
    }

    [Fact]
    public void Where_no_field_is_concerned_it_and_what_was_expected_are_null()
    {
        Assert.Equal(
            "{\"reason\":\"bad_json\",\"stage\":\"decode\",\"source\":\"stdin\",\"line\":9000000000,\"offset\":12345678901234,\"field\":null,\"expected\":null,\"raw\":\"{\"}\n",
            Write(DeadReason.BadJson, "decode", "stdin", 9_000_000_000, 12_345_678_901_234, "", "", "{"u8));
    }

    [Fact]
    public void A_row_that_a_window_made_has_no_source_line_offset_and_raw()
    {
        Assert.Equal(
            "{\"reason\":\"bad_arithmetic\",\"stage\":\"m\",\"source\":null,\"line\":null,\"offset\":null,\"field\":null,\"expected\":null,\"raw\":null}\n",
            Write(DeadReason.BadArithmetic, "m", "in.csv", -1, -1, "", "", default));
    }

    [Fact]
    public void Signs_and_zero_bytes_of_the_record_come_through()
    {
        string letter = Write(DeadReason.BadNumber, "decode", "in.csv", 3, 12, "id", "int64", "y,café\t\\ \0 😀"u8);

        using var document = JsonDocument.Parse(letter);
        Assert.Equal("y,café\t\\ \0 😀", document.RootElement.GetProperty("raw").GetString());
        Assert.Contains("\\u0000 😀\"}", letter, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_is_no_UTF8_is_kept_in_base64()
    {
        Assert.EndsWith(",\"raw_base64\":\"eCxjYWbp\"}\n", Write(DeadReason.BadNumber, "decode", "a", 2, 5, "id", "int64", [.. "x,caf"u8, 0xE9]), StringComparison.Ordinal);
        Assert.EndsWith(",\"raw_base64\":\"eiz//g==\"}\n", Write(DeadReason.BadNumber, "decode", "a", 4, 29, "id", "int64", [.. "z,"u8, 0xFF, 0xFE]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 7000)]
    [InlineData(100, 10_000)]
    [InlineData(100, 10_001)]
    public void The_record_is_cut_at_the_limit_whatever_the_room(int extra, int length)
    {
        byte[] raw = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        var output = new MemoryOutput(extra);
        new DeadLetterWriter(9_999).Write(output, DeadReason.RecordTooLong, "decode"u8, "a"u8, 1, 0, default, default, raw);

        using var document = JsonDocument.Parse(output.Text);
        Assert.Equal(raw[..Math.Min(length, 9_999)], document.RootElement.GetProperty("raw_base64").GetBytesFromBase64());

        output.Clear();
        new DeadLetterWriter(9_999).Write(output, DeadReason.RecordTooLong, "decode"u8, "a"u8, 1, 0, default, default, Encoding.ASCII.GetBytes(new string('x', length)));
        Assert.Contains($",\"raw\":\"{new string('x', Math.Min(length, 9_999))}\"}}", output.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_s_own_reason_that_is_younger_than_the_writer_has_its_name()
    {
        var output = new MemoryOutput();
        var writer = new DeadLetterWriter(100);
        writer.Write(output, DeadReason.Named("too_hot_for_this_test"), "m"u8, "a"u8, 1, 0, default, default, "x"u8);

        Assert.StartsWith("{\"reason\":\"too_hot_for_this_test\"", output.Text, StringComparison.Ordinal);
    }

    private static string Write(DeadReason reason, string stage, string source, long line, long offset, string field, string expected, ReadOnlySpan<byte> raw)
    {
        var output = new MemoryOutput();
        new DeadLetterWriter(65536).Write(
            output, reason, Encoding.UTF8.GetBytes(stage), Encoding.UTF8.GetBytes(source), line, offset, Encoding.UTF8.GetBytes(field), Encoding.UTF8.GetBytes(expected), raw);
        Assert.Equal(1, output.Rows);
        return output.Text;
    }
}
