using System.Collections.Generic;
using System.Linq;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>Command line beats environment beats file; a value is one scalar.</summary>
public sealed class OverlaysTests
{
    private const string Modules = """
        modules:
          - {module_name: c, module_class: clamp, field: v, min: 0, max: 100}
          - {module_name: f, module_class: filter, where: "v > 3"}
          - {module_name: m, module_class: map, set: {w: v + 1}}

        """;

    private static PipelineConfig With(params ConfigOverlay[] options) => Loading.LoadGood(Loading.Good + Modules, null, options);

    private static PipelineConfig WithVariable(string name, string value) => Loading.LoadGood(Loading.Good + Modules, new() { [name] = value });

    [Fact]
    public void A_variable_overlays_a_key_of_the_file()
    {
        Assert.Equal("file:other.csv", WithVariable("DATASTREAM__STREAM_SETTINGS__STREAM_INPUT", "file:other.csv").Stream.Inputs[0].Uri);
        Assert.Equal(64, WithVariable("DATASTREAM__PERFORMANCE_TUNING__PARTITION_SIZE", "64").Tuning.PartitionSize);
        Assert.Equal("4", WithVariable("DATASTREAM__MODULES__0__MAX", "4").Modules[0].Settings["max"]!.ToString());
        Assert.Equal("v + 2", ((ConfigMap)WithVariable("DATASTREAM__MODULES__2__SET__W", "v + 2").Modules[2].Settings["set"]!)["w"]!.ToString());
        Assert.Equal(7, WithVariable("DATASTREAM__ERROR_HANDLING__RETRY__MAX_ATTEMPTS", "7").Errors.MaxAttempts);
    }

    [Fact]
    public void A_variable_that_is_not_ours_means_nothing() =>
        Assert.Equal("file:in.csv", Loading.LoadGood(Loading.Good, new() { ["KAFKA_BROKER_URL"] = "k:9092", ["DATASTREAM_X"] = "1", ["WHERE"] = "x" }).Stream.Inputs[0].Uri);

    [Fact]
    public void The_command_line_beats_the_environment_and_the_last_option_the_first()
    {
        PipelineConfig config = Loading.LoadGood(
            Loading.Good,
            new() { ["DATASTREAM__STREAM_SETTINGS__STREAM_OUTPUT"] = "file:environment.csv" },
            ConfigOverlay.Set("stream_settings.stream_output", "file:first.csv"),
            ConfigOverlay.StreamOutput("file:last.csv"));
        Assert.Equal("file:last.csv", config.Stream.Outputs[0].Uri);
    }

    [Fact]
    public void The_output_of_the_command_line_replaces_main_alone()
    {
        string yaml = Loading.Good.Replace("stream_output: file:out.csv", "stream_output: {main: {uri: file:out.csv, format: csv}, dead: file:dead.ndjson}", System.StringComparison.Ordinal);
        PipelineConfig config = Loading.LoadGood(yaml, null, ConfigOverlay.StreamOutput("stdout"), ConfigOverlay.StreamInput("stdin"), ConfigOverlay.Threads("3"));
        Assert.Equal(["main stdout: ", "dead file:dead.ndjson "], config.Stream.Outputs.Select(o => $"{o.Name} {o.Uri} {o.Format?.Type}"));
        Assert.Equal("stdin:", config.Stream.Inputs[0].Uri);
        Assert.Equal(3, config.Tuning.Threads);
    }

    [Theory]
    [InlineData("stream_output: stdout", "main file:d 2, dead file:e ", "__MAIN=file:d", "__DEAD=file:e", "__MAIN__DECIMALS=2")]
    [InlineData("stream_output: stdout", "main stdout: 2", "__MAIN__DECIMALS=2")]
    [InlineData("stream_output: stdout", "main stdout: 3", "__DECIMALS=3")]
    [InlineData("stream_output: {uri: stdout, decimals: 4}", "main stdout: 4, late file:l ", "__LATE=file:l")]
    [InlineData("stream_output: {main: file:a, dead: file:b}", "main null: , dead file:e ", "=discard", "__DEAD=file:e")]
    [InlineData("stream_output: {main: file:a, dead: file:b}", "main file:a , dead file:b , late file:l ", "__Late=file:l")]
    public void Variables_name_outputs_in_any_case(string written, string outputs, params string[] variables)
    {
        string yaml = Loading.Good.Replace("stream_output: file:out.csv", written, System.StringComparison.Ordinal);
        var environment = variables.Select(v => v.Split('=')).ToDictionary(v => "DATASTREAM__STREAM_SETTINGS__STREAM_OUTPUT" + v[0], v => v[1]);
        Assert.Equal(outputs, string.Join(", ", Loading.LoadGood(yaml, environment).Stream.Outputs.Select(o => $"{o.Name} {o.Uri} {o.Options["decimals"]}")));
    }

    [Fact]
    public void A_short_form_is_opened_for_a_key_below_it()
    {
        PipelineConfig config = With(
            ConfigOverlay.Set("stream_settings.input_format.header", "false"),
            ConfigOverlay.Set("stream_settings.stream_output.dead", "file:dead.ndjson"),
            ConfigOverlay.Set("stream_settings.schema.v.nullable", "false"),
            ConfigOverlay.Set("logging_level.DataStream.Runtime", "debug"));
        Assert.Equal("csv false", $"{config.Stream.InputFormat!.Type} {config.Stream.InputFormat.Options["header"]}");
        Assert.Equal(["main", "dead"], config.Stream.Outputs.Select(o => o.Name));
        Assert.Equal(new SchemaField("v", "float64") { Nullable = false }.Nullable, config.Stream.Schema![1].Nullable);
        Assert.Equal("debug", config.LoggingLevels["DataStream.Runtime"]);
    }

    [Theory]
    [InlineData("DATASTREAM__PERFORMANCE_TUNING__TREADS", "2", "did you mean 'threads'")]
    [InlineData("DATASTREAM__PERFORMANCE_TUNING__RING_SIZE", "sixteen", "power of two")]
    [InlineData("DATASTREAM__PERFORMANCE_TUNING", "x", "takes a map")]
    [InlineData("DATASTREAM__NO_SUCH__THING", "2", "no key 'no_such'")]
    [InlineData("DATASTREAM__", "2", "empty step")]
    [InlineData("DATASTREAM__MODULES__3__MAX", "2", "has 3 items")]
    [InlineData("DATASTREAM__MODULES__X", "2", "has 3 items")]
    [InlineData("DATASTREAM__DATA_CLEANING__0__MAX", "2", "no item 0")]
    [InlineData("DATASTREAM__STREAM_SETTINGS__SCHEMA__EXTRA", "int64", "adds none")]
    [InlineData("DATASTREAM__MODULES__2__SET__X", "v", "adds none")]
    [InlineData("DATASTREAM__STREAM_SETTINGS__STREAM_OUTPUT", "{main: \"file:grown.csv\"}", "main")]
    [InlineData("DATASTREAM__MODULES__0__FIELD__X", "v", "single value")]
    public void A_variable_that_cannot_be_is_an_error_at_its_name(string name, string value, string message)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good + Modules, new() { [name] = value });
        Assert.Equal("env:" + name, Loading.Places(loaded));
        Assert.Contains(message, Loading.Text(loaded));
    }

    [Fact]
    public void An_error_inside_a_value_of_an_option_is_at_the_option()
    {
        var where = (ConfigScalar)With(ConfigOverlay.Set("modules.1.where", "v > x")).Modules[1].Settings["where"]!;
        Assert.Equal("--set", where.PlaceAt(4).ToString());
    }

    [Fact]
    public void An_overlay_of_an_alias_leaves_what_it_names_alone()
    {
        const string yaml = """
            stream_settings:
              stream_input: stdin
              stream_output: stdout
              input_format: &csv {type: csv, delimiter: ";"}
              output_format: *csv
              schema: {a: text}
            """;
        PipelineConfig config = Loading.LoadGood(yaml, null, ConfigOverlay.Set("stream_settings.output_format.delimiter", "tab"));
        Assert.Equal("; tab", $"{config.Stream.InputFormat!.Options["delimiter"]} {config.Stream.OutputFormat!.Options["delimiter"]}");
    }

    [Fact]
    public void Files_of_a_batch_take_the_place_of_the_input()
    {
        LoadedConfig loaded = ConfigLoader.LoadText(
            new ConfigRequest("config.yaml") { Environment = new Dictionary<string, string>(), BatchFiles = ["day-*.csv", "/abs/x.csv"] },
            System.Text.Encoding.UTF8.GetBytes(Loading.Good));
        Assert.Equal(["file:day-*.csv", "file:/abs/x.csv"], loaded.Config!.Stream.Inputs.Select(i => i.Uri));
    }
}
