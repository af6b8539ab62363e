using System;
using System.Text.Json;
using DataStream.Config;
using DataStream.Plans;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>The JSON Schema and <c>check</c> say the same of a document; JSON is YAML, so both read one text.</summary>
public sealed class SchemaAgreementTests
{
    private static readonly SchemaJudge s_judge = new(JsonDocument.Parse(ConfigSchema.Json()).RootElement);

    [Theory]
    [InlineData(true, """ "input_format": {"type": "csv", "null_values": "NA", "header": "true", "skip_lines": "2"} """)]
    [InlineData(true, """ "input_format": {"type": "csv", "null_values": ["NA", null], "delimiter": null, "header": "find", "decimal": ","} """)]
    [InlineData(true, """ "input_format": {"type": "json", "coerce": true, "framing": "values"} """)]
    [InlineData(true, """ "input_format": null, "event_time": null, "delivery": null, "commit_interval": null """)]
    [InlineData(false, """ "input_format": {"type": "csv", "foo": 1} """)]
    [InlineData(false, """ "input_format": {"type": "json", "delimiter": ";"} """)]
    [InlineData(false, """ "input_format": {"header": true} """)]
    [InlineData(false, """ "output_format": {"type": "csv", "encoding": "latin-1"} """)]
    [InlineData(true, """ "output_format": {"type": "csv", "decimals": "2", "header": false, "formulas": "guard"} """)]
    [InlineData(true, """ "output_format": {"type": "avro", "codec": null} """)]
    [InlineData(true, """ "output_format": {"type": "json", "framing": "lines"} """)]
    [InlineData(false, """ "output_format": {"type": "json", "framing": "values"} """)]
    [InlineData(false, """ "input_format": {"type": "json", "framing": "confluent"} """)]
    [InlineData(true, """ "event_time": {"field": "t", "max_out_of_orderness": "unbounded", "idle_timeout": null} """)]
    [InlineData(false, """ "event_time": {"max_out_of_orderness": "1s"} """)]
    [InlineData(false, """ "schema": {"": "int64"} """)]
    public void Of_stream_settings(bool good, string keys) => Agree(good, keys, "");

    [Theory]
    [InlineData(true, """ {"uri": "stdout", "decimals": "2", "when_full": "shed"} """)]
    [InlineData(true, """ {"main": "stdout", "dead": {"uri": "file:d", "format": "json", "when_full": "block"}, "late": null, "hot": {"uri": "discard", "where": "n > 1"}} """)]
    [InlineData(false, """ {"main": "stdout", "dead": {"uri": "file:d", "format": "csv"}} """)]
    [InlineData(false, """ {"main": "stdout", "dead": {"uri": "file:d", "when_full": "shed"}} """)]
    [InlineData(false, """ {"main": "stdout", "dead": {"uri": "file:d", "decimals": 2}} """)]
    [InlineData(false, """ {"main": "stdout", "late": {"uri": "file:d", "when_full": "shed"}} """)]
    [InlineData(false, """ {"main": {"uri": "stdout", "where": "n > 1"}} """)]
    [InlineData(false, """ {"dead": "file:d"} """)]
    public void Of_outputs(bool good, string outputs) => Agree(good, $"\"stream_output\": {outputs}", "");

    [Theory]
    [InlineData(true, """ "module_class": "window", "count": "5", "aggregates": {"c": "count()"} """)]
    [InlineData(true, """ "module_class": "window", "global": "true", "key": null, "aggregates": {"c": "count()"} """)]
    [InlineData(false, """ "module_class": "window", "global": false, "aggregates": {"c": "count()"} """)]
    [InlineData(false, """ "module_class": "clamp", "field": "n" """)]
    [InlineData(true, """ "module_class": "clamp", "field": "n", "max": 4 """)]
    [InlineData(false, """ "module_class": "select" """)]
    [InlineData(true, """ "module_class": "outlier", "field": "n", "method": "mad", "threshold": 3, "action": null, "window": "64", "max_keys": null """)]
    [InlineData(true, """ "module_class": "filter", "where": "n > 1", "on_error": null """)]
    [InlineData(false, """ "module_class": "filter", "wher": "n > 1" """)]
    public void Of_modules(bool good, string module) => Agree(good, "", "\"modules\": [{\"module_name\": \"m\", " + module + "}]");

    [Theory]
    [InlineData(true, """ "error_handling": null, "performance_tuning": null, "logging_level": null, "security_settings": null, "modules": null """)]
    [InlineData(true, """ "performance_tuning": {"threads": "2", "ring_size": 8, "partition_size": "64", "cpu_affinity": null, "payload_size": null} """)]
    [InlineData(false, """ "performance_tuning": {"ring_size": 3} """)]
    [InlineData(false, """ "performance_tuning": {"threads": 0} """)]
    [InlineData(true, """ "error_handling": {"retry": {"max_attempts": "3", "backoff": null}, "on_error": null} """)]
    public void Of_sections(bool good, string sections) => Agree(good, "", sections);

    [Fact]
    public void Topics_are_in_the_schema() => Assert.True(s_judge.Takes(JsonDocument.Parse("""
        {"stream_settings": {"stream_input": {"uri": "kafka://h:9092/a", "group": "g", "offset": "latest", "until": "end", "partitioned_by": "message_key", "options": {"client.rack": "a"}},
        "stream_output": {"main": {"uri": "kafka://h:9092/b", "key": "k", "timestamp": "t", "format": {"type": "json", "framing": "confluent"}}}, "schema": {"k": "text"}, "delivery": "exactly_once", "commit_interval": "1s"}}
        """).RootElement));

    private static void Agree(bool good, string keys, string sections)
    {
        string output = keys.Contains("\"stream_output\"", StringComparison.Ordinal) ? "" : "\"stream_output\": \"stdout\", ";
        string schema = keys.Contains("\"schema\"", StringComparison.Ordinal) ? "" : "\"schema\": {\"t\": \"timestamp\", \"n\": \"int64\"}, ";
        string json = $"{{\"stream_settings\": {{{output}{schema}\"stream_input\": \"file:in.csv\"{(keys.Length > 0 ? ", " + keys : "")}}}{(sections.Length > 0 ? ", " + sections : "")}}}";
        LoadedConfig loaded = Loading.Load(json);
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        Assert.True(good == (loaded.Errors.Count == 0), json + "\n" + Loading.Text(loaded));
        Assert.True(good == s_judge.Takes(JsonDocument.Parse(json).RootElement), "the schema says otherwise: " + json);
    }
}
