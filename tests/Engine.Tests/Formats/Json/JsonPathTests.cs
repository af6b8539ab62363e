using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Xunit;

namespace DataStream.Tests.Formats.Json;

public sealed class JsonPathTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData("a.b", "a|b")]
    [InlineData("a.\"b.c\"[0].d", "a|b.c|0|d")]
    [InlineData("a[0][12]", "a|0|12")]
    [InlineData("\"\"", "")]
    [InlineData("\"a\\\"\\\\b\".c", "a\"\\b|c")]
    [InlineData("a b.c-d", "a b|c-d")]
    public void A_path_has_keys_quoted_keys_and_indices(string path, string steps)
    {
        Assert.True(JsonPath.TryParse(path, out IReadOnlyList<JsonStep> parsed, out _));
        Assert.Equal(steps, string.Join('|', parsed.Select(s => s.Key ?? s.Index.ToString(System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a.")]
    [InlineData("a..b")]
    [InlineData("[0]")]
    [InlineData("a[")]
    [InlineData("a[]")]
    [InlineData("a[-1]")]
    [InlineData("a[x]")]
    [InlineData("a[99999999999]")]
    [InlineData("a[0]b")]
    [InlineData("a.\"b")]
    [InlineData("a\"b\"")]
    [InlineData("a]")]
    [InlineData("\"a\"b")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"a\\")]
    public void A_path_that_is_none_is_refused_with_the_character(string path)
    {
        Assert.False(JsonPath.TryParse(path, out _, out string? error));
        Assert.Contains("character ", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_format_complains_of_fields_it_cannot_read()
    {
        var format = new JsonFormat(new Settings("format 'json'", Place.Code, [], new ConfigErrors()));
        var field = new DecodeField("a", ColumnType.Int64, 0);

        Assert.Empty(format.Check(field with { Path = "a.b" }));
        Assert.Equal("path", Assert.Single(format.Check(field with { Path = "a..b" })).Key);
        Assert.Equal("source", Assert.Single(format.Check(field with { Path = "a.b", Sources = ["c"] })).Key);
        Assert.Equal("source", Assert.Single(format.Check(field with { Sources = ["b", "c"] })).Key);
        Assert.Equal("null_values", Assert.Single(format.Check(field with { NullValues = ["-"] })).Key);
    }
}
