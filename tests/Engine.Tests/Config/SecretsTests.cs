using System;
using System.IO;
using DataStream.Config;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>Secrets are resolved last, used, and never shown.</summary>
public sealed class SecretsTests
{
    private const string Canary = "canary-7d1c";

    [Fact]
    public void A_secret_is_used_and_shown_as_its_reference()
    {
        string yaml = Loading.Good.Replace("stream_output: file:out.csv", "stream_output: \"${secret:env:TARGET}\"", StringComparison.Ordinal);
        PipelineConfig config = Loading.LoadGood(yaml, new() { ["TARGET"] = "file:" + Canary });
        OutputConfig output = config.Stream.Outputs[0];
        Assert.Equal(("file:" + Canary, "${secret:env:TARGET}"), (output.Uri, output.ShownUri));
        Assert.Equal("cannot open ${secret:env:TARGET}: no", config.Secrets.Hide($"cannot open file:{Canary}: no"));
        Assert.Equal(config.Hash, Loading.LoadGood(yaml, new() { ["TARGET"] = "file:other" }).Hash);
        Assert.DoesNotContain(Canary, config.Find("stream_settings.stream_output")!.ToString());
    }

    [Theory]
    [InlineData("performance_tuning: {ring_size: \"${secret:env:S}\"}", "7:33")]
    [InlineData("performance_tuning: {wait_strategy: \"${secret:env:S}\"}", "7:37")]
    [InlineData("performance_tuning: {cpu_affinity: [\"${secret:env:S}\"]}", "7:37")]
    [InlineData("logging_level: \"${secret:env:S}\"", "7:16")]
    [InlineData("error_handling: {on_error: \"${secret:env:S}\", error_budget: \"x${secret:env:S}\"}", "7:28 7:61")]
    [InlineData("modules: [{module_name: \"${secret:env:S}\", module_class: filter}]", "7:25")]
    public void A_secret_where_it_makes_no_sense_is_an_error_that_does_not_show_it(string yaml, string places)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good + yaml, new() { ["S"] = Canary });
        Assert.Equal(places, Loading.Places(loaded));
        Assert.DoesNotContain(Canary, Loading.Text(loaded));
        // Errors that are added later, by the planner, hide it too.
        loaded.Errors.Add(Place.Code, "x", $"no column '{Canary}'");
        Assert.DoesNotContain(Canary, Loading.Text(loaded));
    }

    [Theory]
    [InlineData("stream_output: file:out.csv", "stream_output: \"${secret:env:S}\"", "canary:pw", "the scheme", "unknown scheme '${secret:env:S}'")]
    [InlineData("stream_input: file:in.csv", "stream_input: \"generator:${secret:env:S}\"", "host/canary?pw=abc", "the name", "there is no generator 'generator:${secret:env:S}'")]
    [InlineData("", "modules: [{module_name: w, module_class: window, global: true, aggregates: {total: \"${secret:env:S}\"}}]", "sum(canary)", "a column", "'${secret:env:S}' is no column")]
    public void A_part_of_a_secret_is_not_shown_either(string line, string secret, string value, string what, string message)
    {
        string yaml = line.Length > 0 ? Loading.Good.Replace(line, secret, StringComparison.Ordinal) : Loading.Good + secret;
        Assert.NotEqual(Loading.Good, yaml);
        LoadedConfig loaded = Loading.Load(yaml, new() { ["S"] = value });
        string text = Loading.Text(loaded);
        if (loaded.Config is { } config && loaded.Errors.Count == 0)
        {
            // A program plans by itself: its errors know the secrets of the configuration.
            text += string.Join("\n", Assert.Throws<ConfigException>(() => DataStreamProcessor.Create(config).BuildPlan(new RunRequest())).Errors);
        }

        Assert.True(text.Contains(message, StringComparison.Ordinal), $"{what}: {text}");
        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("${secret:env:MISSING}", "no environment variable")]
    [InlineData("${secret:file:/no/such/file}", "no such file")]
    [InlineData("${secret:file:/}", "")]
    [InlineData("${secret:vault:x}", "is no secret reference")]
    [InlineData("${secret:env:}", "is no secret reference")]
    [InlineData("${secret:env:S", "no closing brace")]
    public void A_secret_that_cannot_be_resolved_is_one_error_with_the_reference(string reference, string message)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good + $"performance_tuning: {{ring_size: \"{reference}\"}}", new() { ["S"] = Canary });
        Assert.Equal("7:33", Loading.Places(loaded));
        Assert.Contains(reference, Loading.Text(loaded));
        Assert.Contains(message, Loading.Text(loaded));
    }

    [Fact]
    public void A_secret_comes_from_a_file_without_its_last_newline_and_may_be_a_part()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Canary + "\n");
            string yaml = Loading.Good.Replace("file:out.csv", $"\"file:${{secret:file:{file}}}-${{secret:env:N}}.csv\"", StringComparison.Ordinal);
            Assert.Equal($"file:{Canary}-${{secret:env:X}}.csv", Loading.LoadGood(yaml, new() { ["N"] = "${secret:env:X}" }).Stream.Outputs[0].Uri);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_secret_in_an_overlay_is_resolved_too() =>
        Assert.Equal(32, Loading.LoadGood(Loading.Good, new() { ["S"] = "32" }, ConfigOverlay.Set("performance_tuning.ring_size", "${secret:env:S}")).Tuning.RingSize);

    [Fact]
    public void There_is_no_other_expansion()
    {
        string yaml = Loading.Good.Replace("file:out.csv", "\"file:${WHERE}-$WHERE-${env:WHERE}.csv\"", StringComparison.Ordinal);
        Assert.Equal("file:${WHERE}-$WHERE-${env:WHERE}.csv", Loading.LoadGood(yaml, new() { ["WHERE"] = "x" }).Stream.Outputs[0].Uri);
    }
}
