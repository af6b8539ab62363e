using System;
using System.Linq;
using DataStream.Config;
using DataStream.Plans;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>A key with nothing behind it, <c>~</c> or <c>null</c> is an absent key, but where the word is a value.</summary>
public sealed class NullTests
{
    private const string Stream = """
        stream_settings:
          stream_input: file:in.csv
          stream_output: {dead: NULL, main: {uri: stdout, format: NULL, when_full: NULL, decimals: NULL}}
          input_format: {type: csv, header: NULL, null_values: NULL, delimiter: NULL}
          output_format: NULL
          schema: {ts: {type: timestamp, source: NULL, format: NULL, time_zone: NULL, nullable: NULL}, k: text, n: int64}
          event_time: {field: ts, max_out_of_orderness: NULL, idle_timeout: NULL}
          delivery: NULL
        data_cleaning: NULL
        error_handling: {on_error: NULL, error_budget: NULL, retry: NULL}
        logging_level: NULL
        performance_tuning: {threads: NULL, cpu_affinity: NULL, payload_size: NULL, allocations: NULL, wait_strategy: NULL}
        security_settings: NULL
        modules:
          - {module_name: f, module_class: fill, field: n, with: 0, key: NULL, on_error: NULL}
          - {module_name: w, module_class: window, tumbling: 1s, key: NULL, hopping: NULL, window_memory: NULL, aggregates: {c: count()}}

        """;

    [Theory]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("null")]
    public void A_null_is_an_absent_key(string written)
    {
        string yaml = Stream.Replace("NULL", written, StringComparison.Ordinal);
        if (written == "null")
        {
            yaml = yaml.Replace("null_values: null", "null_values:", StringComparison.Ordinal);
        }

        Assert.Equal("", Told(yaml));
        Assert.Equal(Described(Stream.Split('\n').Aggregate("", (all, line) => all + WithoutNulls(line) + "\n")), Described(yaml));
    }

    [Theory]
    [InlineData("filter, where: ", "15:5 missing_key module 'm' needs 'where'")]
    [InlineData("filter, where: ~", "15:5 missing_key module 'm' needs 'where'")]
    [InlineData("fill, field: n, with: null", "15:5 missing_key module 'm' needs 'with'")]
    [InlineData("fill, field: , with: 0", "15:5 missing_key module 'm' needs 'field'")]
    [InlineData("select, fields: null", "15:5 missing_key module 'm' needs 'fields'")]
    [InlineData("outlier, field: n, method: ~, threshold: 3, action: null", "15:5 missing_key module 'm' needs 'method'")]
    [InlineData("outlier, field: n, method: mad, threshold: 3, action: ~", "15:5 missing_key module 'm' needs 'action'")]
    [InlineData("null", "15:5 missing_key module 'm' needs 'module_class'")]
    [InlineData("window, tumbling: , aggregates: {c: count()}", "15:5 missing_key module 'm' needs one of")]
    [InlineData("outlier, field: n, method: mad, threshold: 3, action: null", "")]
    [InlineData("map, set: {a: null}", "")]
    [InlineData("filter, where: null", "15:51 bad_type a condition is true or false, and this is always null")]
    public void What_must_be_there_is_missing_and_the_word_is_a_word(string module, string told)
    {
        string yaml = Stream.Replace("NULL", "", StringComparison.Ordinal);
        yaml = yaml[..yaml.IndexOf("  - {module_name: f", StringComparison.Ordinal)] + "  - {module_name: m, module_class: " + module + "}\n";
        Assert.StartsWith(told, Told(yaml), StringComparison.Ordinal);
        Assert.Equal(told.Length > 0 ? 1 : 0, Told(yaml).Split('|', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void Null_is_a_text_among_null_values()
    {
        string yaml = Stream.Replace("null_values: NULL", "null_values: null", StringComparison.Ordinal).Replace("k: text", "k: {type: text, null_values: [null, NA]}", StringComparison.Ordinal).Replace("NULL", "", StringComparison.Ordinal);
        PipelineConfig config = Loading.LoadGood(yaml);
        Assert.Equal(["null", "NA"], config.Stream.Schema![1].NullValues);
        Assert.Equal("", Told(yaml));
    }

    private static string WithoutNulls(string line) =>
        System.Text.RegularExpressions.Regex.Replace(line, @",? ?[a-z_]+: NULL", "").Replace("{, ", "{", StringComparison.Ordinal);

    private static string Described(string yaml)
    {
        PipelineConfig config = Loading.LoadGood(yaml);
        return string.Join(' ', config.Tuning, config.Errors, config.Stream.EventTime, config.Stream.Outputs[0].WhenFull, config.Stream.OutputFormat, config.Stream.Outputs[0].Format, config.Stream.Schema![0].TimeZone, config.Modules[0].OnError);
    }

    private static string Told(string yaml)
    {
        LoadedConfig loaded = Loading.Load(yaml);
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        return string.Join('|', loaded.Errors.Sorted().Select(e => $"{e.Place.Line}:{e.Place.Column} {e.Code} {e.Message}"));
    }
}
