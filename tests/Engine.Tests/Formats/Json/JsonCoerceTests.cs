using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Xunit;
using static DataStream.Tests.Formats.Json.JsonRig;

namespace DataStream.Tests.Formats.Json;

/// <summary><c>coerce: true</c>: strings are read as the fields of a CSV would be, and nothing else changes.</summary>
public sealed class JsonCoerceTests
{
    [Theory]
    [InlineData("int64", "\"12\"", "12")]
    [InlineData("int64", "\" +7\\t\"", "7")]
    [InlineData("int64", "\"1.0\"", "bad_number")]
    [InlineData("int64", "\"9223372036854775808\"", "out_of_range")]
    [InlineData("int64", "\"\"", "null")]
    [InlineData("int64", "\" \"", "bad_number")]
    [InlineData("int64", "\"NaN\"", "null")]
    [InlineData("int64", "\"\\u0031\\u0032\"", "12")]
    [InlineData("int64", "12", "12")]
    [InlineData("int64", "true", "bad_type")]
    [InlineData("float64", "\".5\"", "0.5")]
    [InlineData("float64", "\"-inf\"", "null")]
    [InlineData("float64", "\"1e400\"", "null")]
    [InlineData("float64", "\"n/a\"", "null")]
    [InlineData("float64", "\"N/A\"", "bad_number")]
    [InlineData("decimal(2)", "\"1.50\"", "1.50")]
    [InlineData("decimal(2)", "\"1.505\"", "out_of_range")]
    [InlineData("bool", "\"TRUE\"", "true")]
    [InlineData("bool", "\"0\"", "false")]
    [InlineData("bool", "0", "bad_type")]
    [InlineData("bool", "\"yes\"", "bad_bool")]
    [InlineData("bool", "\"\"", "null")]
    [InlineData("timestamp", "\"\"", "null")]
    [InlineData("timestamp", "\"2026-01-01\"", "\"2026-01-01T00:00:00.000Z\"")]
    [InlineData("timestamp", "\"soon\"", "bad_timestamp")]
    [InlineData("text", "\"\"", "\"\"")]
    [InlineData("text", "\"NaN\"", "\"NaN\"")]
    [InlineData("text", "\"n/a\"", "null")]
    [InlineData("text", "12", "\"12\"")]
    [InlineData("int64", "null", "null")]
    [InlineData("int64", "[\"12\"]", "bad_type")]
    public void A_string_is_read_as_a_field_of_a_CSV(string type, string value, string expected)
    {
        (string rows, List<Death> deaths) = Run(value, Field("v", type) with { NullValues = ["n/a"] });

        Assert.Equal(expected, deaths.Count > 0 ? deaths[0].Reason : rows["{\"v\":".Length..^2]);
        Assert.True(deaths.All(d => d.Field == "v"));
    }

    [Fact]
    public void A_null_that_a_field_must_not_have_is_dead()
    {
        (_, List<Death> deaths) = Run("\"n/a\"", Field("v", "float64") with { NullValues = ["n/a"], Nullable = false });

        Assert.Equal("null_field", Assert.Single(deaths).Reason);
    }

    [Fact]
    public void Words_for_null_need_it()
    {
        DecodeField field = Field("v", "float64") with { NullValues = ["n/a"] };

        Assert.Contains("'coerce'", Assert.Single(FormatOf([]).Check(field)).Message, System.StringComparison.Ordinal);
        Assert.Empty(FormatOf(new ConfigMap { { "coerce", "true" } }).Check(field));
    }

    private static JsonFormat FormatOf(ConfigMap options) => new(new Settings("format 'json'", Place.Code, options, new ConfigErrors()));

    private static (string Rows, List<Death> Deaths) Run(string value, DecodeField field)
    {
        using var rig = new JsonRig([field], options: new ConfigMap { { "coerce", "true" } });
        rig.Load(Encoding.UTF8.GetBytes($"{{\"v\":{value}}}\n"));
        rig.DecodeAll();
        return (rig.Output.Text, rig.Deaths);
    }
}
