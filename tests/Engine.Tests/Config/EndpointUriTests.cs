using System;
using System.Collections.Generic;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

public sealed class EndpointUriTests
{
    [Theory]
    [InlineData("stdin", "stdin", "")]
    [InlineData("stdin:", "stdin", "")]
    [InlineData("file:a.csv", "file", "a.csv")]
    [InlineData("file:a%20b?.csv", "file", "a%20b?.csv")]
    [InlineData("FILE:a:b.csv", "file", "a:b.csv")]
    [InlineData("file:/abs/a.csv", "file", "/abs/a.csv")]
    [InlineData("file:data/**/*.csv", "file", "data/**/*.csv")]
    [InlineData("memory:orders", "memory", "orders")]
    [InlineData("generator:sensors", "generator", "sensors")]
    public void Inputs_are_a_scheme_and_what_follows(string text, string scheme, string path)
    {
        Assert.True(EndpointUri.TryParseInput(text, out EndpointUri uri, out string error), error);
        Assert.Equal((scheme, path), (uri.Scheme, uri.Path));
        Assert.Empty(uri.Query);
    }

    [Fact]
    public void An_absolute_path_follows_three_slashes()
    {
        Assert.True(EndpointUri.TryParseInput("file:///data/a%20b.csv", out EndpointUri uri, out _));
        Assert.Equal(OperatingSystem.IsWindows() ? "data/a%20b.csv" : "/data/a%20b.csv", uri.Path);
    }

    [Theory]
    [InlineData("stdout", "stdout")]
    [InlineData("stdout:", "stdout")]
    [InlineData("discard", "null")]
    [InlineData("null:", "null")]
    [InlineData("file:/dev/stdout", "stdout")]
    [InlineData("file:out.csv", "file")]
    public void Outputs_have_short_names(string text, string scheme)
    {
        Assert.True(EndpointUri.TryParseOutput(text, out EndpointUri uri, out string error), error);
        Assert.Equal(scheme, uri.Scheme);
    }

    [Fact]
    public void A_generator_has_a_query()
    {
        Assert.True(EndpointUri.TryParseInput("generator:sensors?events=10&seed=7", out EndpointUri uri, out _));
        Assert.Equal("sensors", uri.Path);
        Assert.Equal([new KeyValuePair<string, string>("events", "10"), new("seed", "7")], uri.Query);
    }

    [Theory]
    [InlineData("file:a.csv", "csv", false)]
    [InlineData("file:a.CSV.GZ", "csv", true)]
    [InlineData("file:dir.d/a", "", false)]
    [InlineData("file:a.gz", "", true)]
    [InlineData("file:a.CSV.ZST", "csv", false)]
    [InlineData("file:a.zst", "", false)]
    [InlineData("stdin:", "", false)]
    public void The_extension_stands_before_gz(string text, string extension, bool gzip)
    {
        Assert.True(EndpointUri.TryParseInput(text, out EndpointUri uri, out _));
        Assert.Equal((extension, gzip), (uri.Extension, uri.IsGzip));
    }

    [Theory]
    [InlineData("", "missing")]
    [InlineData("in.csv", "'file:in.csv'")]
    [InlineData("C:/in.csv", "'file:C:/in.csv'")]
    [InlineData("data/a:b.csv", "'file:data/a:b.csv'")]
    [InlineData("fil:in.csv", "did you mean 'file'")]
    [InlineData("file:", "path is missing")]
    [InlineData("file://host/a.csv", "names a host")]
    [InlineData("mqtt://localhost/x", "not supported in this version")]
    [InlineData("stdout", "is an output")]
    [InlineData("stdin:x", "nothing follows")]
    [InlineData("generator:", "name is missing")]
    [InlineData("generator:sensors?events", "no 'name=value'")]
    [InlineData("generator:sensors?seed=1&seed=2", "given twice")]
    [InlineData("file:a\0b", "NUL")]
    public void What_is_no_input_is_refused_with_what_to_write(string text, string message)
    {
        Assert.False(EndpointUri.TryParseInput(text, out _, out string error));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stdin", "is an input")]
    [InlineData("generator:sensors", "is an input")]
    [InlineData("null", "no scheme")]
    public void What_is_no_output_is_refused(string text, string message)
    {
        Assert.False(EndpointUri.TryParseOutput(text, out _, out string error));
        Assert.Contains(message, error, StringComparison.Ordinal);
    }
}
