using System;
using System.Threading.Tasks;
using Xunit;

namespace DataStream.Tests.Docs;

/// <summary>What docs/CONFIG.md decides about reading, where the contract is silent.</summary>
public sealed class ReadingDecisionTests
{
    [Theory]
    [InlineData("without a header each distinct source is a column", "input_format: {type: csv, header: false}|schema: {a: text, b: {type: text, source: a}, c: text}", "1,2~", "{\"a\":\"1\",\"b\":\"1\",\"c\":\"2\"}")]
    [InlineData("null_values match exactly", "schema: {n: {type: int64, null_values: [NA]}}", "n~NA~\"NA\"~na~", "{\"n\":null}|{\"n\":null}†bad_number")]
    [InlineData("null_values of a text not in quotes", "schema: {n: {type: text, null_values: [NA]}}", "n~NA~\"NA\"~", "{\"n\":null}|{\"n\":\"NA\"}")]
    [InlineData("an extra quoted empty field is empty", "schema: {n: int64}", "n~1,\"\",~2,x~", "{\"n\":1}†too_many_fields")]
    [InlineData("decimals take exponents", "schema: {n: decimal(2)}", "n~1.5e1~1e-3~", "{\"n\":15.00}†out_of_range")]
    [InlineData("a date alone takes no offset", "schema: {t: timestamp}", "t~2026-01-01Z~2026-01-01~", "{\"t\":\"2026-01-01T00:00:00.000Z\"}†bad_timestamp")]
    [InlineData("offsets to 23:59", "schema: {t: timestamp}", "t~2026-01-02T00:00:00+23:59~2026-01-02T00:00:00+24:00~", "{\"t\":\"2026-01-01T00:01:00.000Z\"}†bad_timestamp")]
    [InlineData("a joined timestamp with a part missing", "schema: {t: {type: timestamp, source: [d, c], format: \"yyyy-MM-dd HH:mm\"}}", "d,c~,~2026-01-01,~2026-01-01,10:00~", "{\"t\":null}|{\"t\":\"2026-01-01T10:00:00.000Z\"}†bad_timestamp")]
    [InlineData("years outside 1 to 9999", "schema: {t: timestamp}", "t~-99999999999~0000-01-01~", "†bad_timestamp†bad_timestamp")]
    public async Task Csv(string what, string settings, string input, string expected) =>
        Assert.Equal($"{what}: {expected}", $"{what}: {await Decision.Run("csv", settings, input)}");

    [Theory]
    [InlineData("a joined timestamp with one null", "schema: {t: {type: timestamp, source: [d, c]}}", "{\"d\":\"2026-01-01\",\"c\":null}~{\"d\":\"2026-01-01\",\"c\":\"10:00:00\"}~", "{\"t\":null}|{\"t\":\"2026-01-01T10:00:00.000Z\"}")]
    [InlineData("a number is read by the format", "schema: {t: {type: timestamp, format: yyyyMMdd}}", "{\"t\":20260102}~{\"t\":1767225600}~", "{\"t\":\"2026-01-02T00:00:00.000Z\"}†bad_timestamp")]
    [InlineData("a path", "schema: {a: {type: int64, path: 'x.\"y.z\"[1]'}}", "{\"x\":{\"y.z\":[1,2]}}~{\"x\":[]}~", "{\"a\":2}|{\"a\":null}")]
    public async Task Json(string what, string settings, string input, string expected) =>
        Assert.Equal($"{what}: {expected}", $"{what}: {await Decision.Run("ndjson", settings, input)}");

    [Theory]
    [InlineData("csv", "n~{0}\"x~1~", "†record_too_long", 4096)]
    [InlineData("csv", "n~\"x\"y{0}~1~", "†bad_quote", 4096)]
    [InlineData("csv", "n~#{0}~1~", "", 4096)]
    [InlineData("ndjson", "{0}~{\"n\":1}~", "†record_too_long", 4097)]
    public async Task A_record_over_the_limit(string extension, string input, string dead, int spaces)
    {
        string settings = extension == "csv" ? "input_format: {type: csv, comment: \"#\"}|schema: {n: int64}" : "schema: {n: int64}";
        string text = input.Replace("{0}", new string(' ', spaces), StringComparison.Ordinal);
        Assert.Equal("{\"n\":1}" + dead, await Decision.Run(extension, settings, text, "performance_tuning: {max_record_size: 4KiB, payload_size: 8KiB}"));
    }

    [Theory]
    [InlineData("\"n~1~", "the header has a quote")]
    [InlineData("\"n\"x~1~", "the header has a quote")]
    [InlineData("{0}~1~", "longer than performance_tuning.max_record_size")]
    public async Task A_header_that_cannot_be_read_is_65(string input, string message)
    {
        string text = input.Replace("{0}", new string('n', 4097), StringComparison.Ordinal);
        string outcome = await Decision.Run("csv", "schema: {n: int64}", text, "performance_tuning: {max_record_size: 4KiB}");
        Assert.StartsWith("!65 ", outcome, StringComparison.Ordinal);
        Assert.Contains(message, outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv", "input_format: {type: csv, header: false, skip_after_header: 1}|schema: {a: text}", "5:63", "skip_lines")]
    [InlineData("csv", "input_format: {type: csv, quote: x}|schema: {a: text}", "5:36", "values do not begin with")]
    [InlineData("csv", "input_format: {type: csv, quote: \" \"}|schema: {a: text}", "5:36", "values do not begin with")]
    [InlineData("csv", "schema: {a: {type: timestamp, format: \"HH:mm\"}}", "5:41", "year")]
    [InlineData("csv", "schema: {a: {type: timestamp, format: \"dd yyyy\"}}", "5:41", "month")]
    [InlineData("csv", "schema: {a: {type: timestamp, format: o}}", "5:41", "two characters")]
    [InlineData("ndjson", "schema: {a: {type: int64, null_values: [NA]}}", "5:42", "null_values")]
    [InlineData("ndjson", "schema: {a: {type: int64, path: x, source: y}}", "5:46", "one of them")]
    [InlineData("ndjson", "schema: {a: {type: int64, path: 'x[a]'}}", "5:35", "index")]
    public void A_setting_that_makes_no_sense_is_an_error(string extension, string settings, string place, string message)
    {
        string answer = Decision.Check(settings, extension: extension);
        Assert.StartsWith(place + ": error ", answer, StringComparison.Ordinal);
        Assert.Contains(message, answer, StringComparison.Ordinal);
    }
}
