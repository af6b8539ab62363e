using System;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Docs;

/// <summary>What docs/CONFIG.md decides about modules and windows, where the contract is silent.</summary>
public sealed class ModuleDecisionTests
{
    [Theory]
    [InlineData("renames happen at once", "schema: {a: int64, b: int64}", "a,b~1,2~", "{module_name: m, module_class: select, rename: {a: b, b: a}}", "{\"b\":1,\"a\":2}")]
    [InlineData("clip of whole numbers is cut toward the inside", "schema: {a: int64}", "a~0~1~9~", "{module_name: m, module_class: outlier, field: a, method: iqr, threshold: 1.5, warmup: 2, action: clip}", "{\"a\":0}|{\"a\":1}|{\"a\":1}")]
    [InlineData("a value that equals a bound keeps its bits", "schema: {a: float64}", "a~-0~", "{module_name: m, module_class: clamp, field: a, min: 0, max: 0}", "{\"a\":-0}")]
    [InlineData("fix_time: null stays null, the empty text is dead", "input_format: {type: csv, null_values: [NA]}|schema: {a: text}", "a~NA~\"\"~2026-01-01~", "{module_name: m, module_class: fix_time, field: a, into: a}", "{\"a\":null}|{\"a\":\"2026-01-01T00:00:00.000Z\"}†fix_time")]
    [InlineData("fix_time parses nothing that nobody needs", "schema: {a: text}", "a~soon~", "{module_name: m, module_class: fix_time, field: a, into: t}|  - {module_name: s, module_class: select, fields: [a]}", "{\"a\":\"soon\"}")]
    [InlineData("fill with the word previous", "schema: {a: text}|input_format: {type: csv, null_values: [NA]}", "a~NA~x~NA~", "{module_name: m, module_class: fill, field: a, with: previous}", "{\"a\":null}|{\"a\":\"x\"}|{\"a\":\"x\"}")]
    [InlineData("deduplicate within 0s drops the same instant", "schema: {t: timestamp, a: int64}|event_time: {field: t}", "t,a~0,1~0,2~1,3~", "{module_name: m, module_class: deduplicate, within: 0s}|  - {module_name: s, module_class: select, fields: [a]}", "{\"a\":1}|{\"a\":3}")]
    [InlineData("−0 and 0 are one key, shown as 0; min takes −0 first", "schema: {a: float64}", "a~0~-0~", "{module_name: w, module_class: window, global: true, key: [a], aggregates: {n: count(), low: min(a), high: max(a)}}", "{\"a\":0,\"n\":2,\"low\":-0,\"high\":0}")]
    [InlineData("−0 and 0 are one distinct value", "schema: {a: float64}", "a~0~-0~", "{module_name: w, module_class: window, global: true, aggregates: {n: count_distinct(a)}}", "{\"n\":1}")]
    [InlineData("a global window without events has no row", "schema: {a: float64}", "a~", "{module_name: w, module_class: window, global: true, aggregates: {n: count()}}", "")]
    [InlineData("first and last of one event time go by arrival", "schema: {t: timestamp, a: int64}|event_time: {field: t}", "t,a~0,1~0,2~0,3~", "{module_name: w, module_class: window, global: true, aggregates: {f: first(a), l: last(a)}}", "{\"f\":1,\"l\":3}")]
    [InlineData("a session ends a gap behind its last event", "schema: {t: timestamp}|event_time: {field: t}", "t~0~9~19~", "{module_name: w, module_class: window, session: {gap: 10s}, aggregates: {n: count()}}", "{\"window_start\":\"1970-01-01T00:00:00.000Z\",\"window_end\":\"1970-01-01T00:00:19.000Z\",\"n\":2}|{\"window_start\":\"1970-01-01T00:00:19.000Z\",\"window_end\":\"1970-01-01T00:00:29.000Z\",\"n\":1}")]
    [InlineData("a window's bound outside the years is null", "schema: {t: timestamp}|event_time: {field: t}", "t~9999-12-31T23:59:59Z~", "{module_name: w, module_class: window, tumbling: 10s, aggregates: {n: count()}}", "{\"window_start\":\"9999-12-31T23:59:50.000Z\",\"window_end\":null,\"n\":1}")]
    [InlineData("a share of a quantile at its ends", "schema: {a: int64}", "a~1~2~", "{module_name: w, module_class: window, global: true, aggregates: {low: \"quantile(a, 0)\", high: \"quantile(a, 1)\"}}", "{\"low\":1,\"high\":2}")]
    public async Task A_result(string what, string settings, string input, string module, string expected) =>
        Assert.Equal($"{what}: {expected}", $"{what}: {await Decision.Run("csv", settings, input, "modules:|  - " + module)}");

    [Theory]
    [InlineData("", "timestamp")]
    [InlineData(", formats: [dd/MM/yyyy, \"yyyy-MM-dd HH:mm\"]", "timestamp: dd/MM/yyyy or yyyy-MM-dd HH:mm")]
    public async Task A_dead_letter_of_fix_time_says_what_was_tried(string formats, string expected)
    {
        using var folder = new ScratchFolder();
        folder.Write("in.csv", "a\nsoon\n");
        await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: {main: discard, dead: "file:{DIR}/dead.ndjson"}
              output_format: csv
              schema: {a: text}
            modules:
              - {module_name: m, module_class: fix_time, field: a, into: t{{formats}}}
            """);
        using var letter = System.Text.Json.JsonDocument.Parse(folder.Read("dead.ndjson"));
        Assert.Equal(("a", expected), (letter.RootElement.GetProperty("field").GetString(), letter.RootElement.GetProperty("expected").GetString()));
    }

    [Theory]
    [InlineData("outlier, field: v, method: mad, threshold: 0, action: drop", "above 0")]
    [InlineData("outlier, field: v, method: mad, threshold: 1000001, action: drop", "at most 1000000")]
    [InlineData("outlier, field: v, method: mad, threshold: 0.123456789, action: drop", "8 decimals")]
    [InlineData("outlier, field: v, method: mad, threshold: 6, action: drop, window: 65537", "65536")]
    [InlineData("outlier, field: v, method: mad, threshold: 6, action: drop, reset_after: 65537", "65536")]
    [InlineData("outlier, field: v, method: zscore, threshold: 6, action: drop, window: 1", "2 to")]
    [InlineData("outlier, field: v, method: zscore, threshold: 6, action: drop, warmup: 1", "2 to")]
    [InlineData("outlier, field: v, method: mad, threshold: 6, action: drop, warmup: 0", "1 to")]
    [InlineData("outlier, field: v", "'method'")]
    [InlineData("outlier, field: v, method: mad, action: drop", "'threshold'")]
    [InlineData("outlier, field: v, method: mad, threshold: 6", "'action'")]
    [InlineData("outlier, field: v, method: mean, threshold: 6, action: drop", "'method' of module 'm' is zscore or mad or iqr, not 'mean'\n")]
    [InlineData("outlier, field: v, method: mat, threshold: 6, action: drop", "not 'mat'; did you mean 'mad'?\n")]
    [InlineData("fill, field: v, with: 0, key: [s]", "with: previous")]
    [InlineData("fill, field: v, with: 0, key: []", "with: previous")]
    [InlineData("fix_time, field: s", "'into'")]
    [InlineData("deduplicate, key: [v]", "'within'")]
    [InlineData("select", "'fields'")]
    [InlineData("select, fields: []", "names no column")]
    [InlineData("clamp, field: v", "'min' or 'max'")]
    [InlineData("clamp, field: v, min: 2, max: 1", "above its 'max'")]
    [InlineData("window, global: true, aggregates: {x: sum(v + 1)}", "`map` module before")]
    [InlineData("window, global: true, aggregates: {x: sum(v) / 2}", "`map` module after")]
    [InlineData("window, global: false, aggregates: {x: count()}", "true")]
    [InlineData("window, tumbling: 0s, aggregates: {x: count()}", "longer than nothing")]
    [InlineData("window, hopping: {size: 1s, every: 2s}, aggregates: {x: count()}", "'every'")]
    [InlineData("window, tumbling: 1s, session: {gap: 1s}, aggregates: {x: count()}", "already")]
    [InlineData("window, tumbling: 1s, key: [v, v], aggregates: {x: count()}", "twice")]
    [InlineData("window, tumbling: 1s, aggregates: {window_end: count()}", "another name")]
    [InlineData("window, tumbling: 1s, key: [v], aggregates: {v: count()}", "another name")]
    [InlineData("window, tumbling: 1s, aggregates: {x: \"quantile(v, 95)\"}", "0 to 1")]
    [InlineData("window, count: 0, aggregates: {x: count()}", "1 to")]
    [InlineData("window, tumbling: 1s", "'aggregates'")]
    [InlineData("window, tumbling: 1s, aggregates: {}", "at least one")]
    public void A_mistake(string module, string message)
    {
        string answer = Decision.Check("schema: {t: timestamp, s: text, v: float64}|event_time: {field: t}", $"modules: [{{module_name: m, module_class: {module}}}]");
        Assert.StartsWith("7:", answer, StringComparison.Ordinal);
        Assert.Contains(message, answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_does_not_take_the_place_of_a_column()
    {
        const string Flag = "module_class: outlier, field: a, method: mad, threshold: 6, action: flag}";
        Assert.StartsWith("6:58: error duplicate_column:", Decision.Check("schema: {a: float64, a_outlier: text}", $"modules: [{{module_name: m, {Flag}]"), StringComparison.Ordinal);
        Assert.StartsWith("8:52: error duplicate_column:", Decision.Check("schema: {a: float64}", $"modules:|  - {{module_name: m, {Flag}|  - {{module_name: n, {Flag}"), StringComparison.Ordinal);
        Assert.Equal("", Decision.Check("schema: {a: float64}", $"modules:|  - {{module_name: m, {Flag}|  - {{module_name: r, module_class: select, rename: {{a_outlier: far}}}}|  - {{module_name: n, {Flag}"));
    }

    [Fact]
    public void A_key_has_at_most_64_columns()
    {
        string names = string.Join(", ", Enumerable.Range(0, 65).Select(i => $"c{i}"));
        string schema = string.Join(", ", Enumerable.Range(0, 65).Select(i => $"c{i}: text"));
        foreach (string module in new[] { "window, global: true, aggregates: {n: count()}", "fill, field: c0, with: previous" })
        {
            Assert.Contains("more than 64 columns", Decision.Check($"schema: {{{schema}}}", $"modules: [{{module_name: m, module_class: {module}, key: [{names}]}}]"), StringComparison.Ordinal);
        }
    }
}
