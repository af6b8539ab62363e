using System;
using System.Linq;
using DataStream.Config;
using DataStream.Plans;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>A mistake is told once: what only follows from it is not, and what stands beside it is.</summary>
public sealed class FollowUpTests
{
    private const string Stream = """
        stream_settings:
          stream_input: file:in.csv
          stream_output: stdout
          input_format: csv
          schema: {ts: timestamp, k: text, n: int64, m: float64}
          event_time: {field: ts}

        """;

    private const string Window = " - {module_name: w, module_class: window, tumbling: 1s, key: [n, k], aggregates: {total: sum(n), c: count()}}|";

    [Theory]
    [InlineData("stream_settings:")]
    [InlineData("stream_settings: null")]
    [InlineData("stream_settings: ~ # nothing yet")]
    [InlineData("stream_settings: {}")]
    [InlineData("stream_settings:\nmodules:\n - {module_name: f, module_class: filter, where: n > 2}")]
    public void Empty_stream_settings_lack_an_input_and_an_output(string yaml)
    {
        Assert.Equal("1:1 missing_key 'stream_settings' needs 'stream_input'|1:1 missing_key 'stream_settings' needs 'stream_output'", Told(yaml));
        using var folder = new Pipelines.ScratchFolder();
        folder.Write("c.yaml", yaml);
        Assert.Equal(2, Assert.Throws<ConfigException>(() => DataStream.Config.Config.Load(folder["c.yaml"])).Errors.Count);
    }

    [Fact]
    public void A_configuration_in_code_without_anything_is_a_mistake() =>
        Assert.Equal(2, Assert.Throws<ConfigException>(() => DataStreamProcessor.Create(new PipelineConfig()).BuildPlan(new RunRequest())).Errors.Count);

    [Theory]
    [InlineData(" - module_class: filter|   where: n > 1", "8:4 missing_key the module needs 'module_name'")]
    [InlineData(" - {module_name: f, where: n > 1}", "8:4 missing_key module 'f' needs 'module_class'")]
    [InlineData(" - {module_nam: f, where: n > 1, module_clas: filter}", "8:5 unknown_key the module has no key 'module_nam'; did you mean 'module_name'?|8:34 unknown_key the module has no key 'module_clas'; did you mean 'module_class'?")]
    [InlineData(" - {name: f, class: filter, where: n > 1}", "8:5 unknown_key the module has no key 'name'; did you mean 'module_name'?|8:14 unknown_key the module has no key 'class'; did you mean 'module_class'?")]
    [InlineData(" - {name: f, class: filter, where: n > z9}", "8:5 unknown_key|8:14 unknown_key|8:40 unknown_column there is no column 'z9'")]
    [InlineData(" - &m {module_name: a, module_class: filter, where: n > 1}| - <<: *m|   module_name: b| - {<<: *m}", "9:4 merge_key|11:5 merge_key")]
    [InlineData(" - {module_name: a, module_class: filter, <<: {where: n > 1}}", "8:43 merge_key")]
    public void A_name_or_class_that_is_missing_or_misspelt(string modules, string told) => Hold(Stream + "modules:|" + modules, told);

    [Theory]
    [InlineData(" - {module_name: x, module_class: mapp, set: {q: n * 2}}", "q")]
    [InlineData(" - {module_name: x, module_class: outlir, field: m, method: mad, threshold: 3, action: flag}", "m_outlier")]
    [InlineData(" - {module_name: x, module_class: fix_tme, field: k, into: q}", "q")]
    [InlineData(" - {module_name: x, set: {q: n * 2}}", "q")]
    [InlineData(" - {module_name: x, module_class: map, set: {q: n * }}", "q")]
    [InlineData(" - {module_name: x, module_class: outlier, field: m, method: mad, threshold: 3, action: flg}", "m_outlier")]
    [InlineData(" - {module_name: x, module_class: outlier, field: mm, method: mad, threshold: 3, action: flag}", "m_outlier")]
    [InlineData(" - {module_name: x, module_class: outlier, field: mm, method: mad, threshold: 3, action: flag}", "mm_outlier")]
    public void Columns_that_a_faulty_module_would_have_made_are_no_second_mistake_and_others_are_missed(string module, string column)
    {
        string yaml = Stream + "modules:|" + module + "|" + Window.Replace("sum(n)", $"count_distinct({column})", StringComparison.Ordinal).Replace("[n, k]", $"[{column}]", StringComparison.Ordinal)
            + " - {module_name: f, module_class: filter, where: \"total > 2 and " + column + " = null and gone\"}";
        string[] told = Told(yaml).Split('|');
        Assert.Equal(2, told.Length);
        Assert.Contains("there is no column 'gone'", told[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module_class: mapp, sett: {q: n}")]
    [InlineData("module_class: map, sett: {q: n}")]
    [InlineData("module_class: selct, rename: {n: q}")]
    [InlineData("module_class: zzzzzz, set: {n: q}")]
    [InlineData("module_class: outlier, feild: m, method: mad, threshold: 3, action: flag")]
    [InlineData("module_class: fix_time, field: k, intto: q")]
    public void Where_it_cannot_be_known_what_a_module_would_have_made_nothing_is_missed(string module)
    {
        string yaml = Stream + "modules:| - {module_name: x, " + module + "}|" + Window.Replace("sum(n)", "sum(q)", StringComparison.Ordinal) + " - {module_name: f, module_class: filter, where: total > 2}";
        Assert.Single(Told(yaml).Split('|'));
    }

    [Theory]
    [InlineData("n: int64", "n: int46", "5:39 unknown_type there is no type 'int46'; did you mean 'int64'?")]
    [InlineData("schema:", "shema:", "5:3 unknown_key 'stream_settings' has no key 'shema'; did you mean 'schema'?")]
    [InlineData("event_time:", "event_tme:", "6:3 unknown_key 'stream_settings' has no key 'event_tme'; did you mean 'event_time'?")]
    [InlineData("{field: ts}", "{feld: ts}", "6:16 unknown_key 'event_time' has no key 'feld'; did you mean 'field'?")]
    [InlineData("{field: ts}", "{}", "6:3 missing_key 'event_time' needs 'field'")]
    [InlineData("{field: ts}", "ts", "6:15 bad_value 'event_time' of 'stream_settings' takes a map")]
    [InlineData("stream_settings:", "stream_setings:", "1:1 unknown_key the configuration has no key 'stream_setings'; did you mean 'stream_settings'?")]
    public void A_slip_in_the_stream_settings_is_one_mistake(string good, string slip, string told)
    {
        const string modules = "modules:| - {module_name: d, module_class: deduplicate, key: [k], within: 1s}|" + Window + " - {module_name: f, module_class: filter, where: \"total > 2 and n > 3 and window_start is null\"}";
        Assert.Contains(good, Stream, StringComparison.Ordinal);
        Assert.Equal("", Told(Stream + modules));
        Hold(Stream.Replace(good, slip, StringComparison.Ordinal) + modules, told);
    }

    [Fact]
    public void Behind_a_window_with_mistakes_its_results_are_known()
    {
        string yaml = Stream + "modules:|" + Window.Replace("sum(n)", "summ(n)", StringComparison.Ordinal) + " - {module_name: f, module_class: filter, where: \"total > 2 and c > 'x' and m > 2\"}";
        Hold(yaml, "8:90 unknown_function|9:69 bad_type|9:77 unknown_column there is no column 'm'");
    }

    [Theory]
    [InlineData("ky: [k]")]
    [InlineData("key: [kk]")]
    [InlineData("key: {a: b}")]
    [InlineData("aggregates: [n]")]
    public void Behind_a_window_whose_columns_are_not_known_nothing_is_missed(string key)
    {
        string rest = key.StartsWith('a') ? "" : ", aggregates: {c: count()}";
        Assert.Single(Told(Stream + "modules:| - {module_name: w, module_class: window, tumbling: 1s, " + key + rest + "}| - {module_name: f, module_class: filter, where: k = 'a'}").Split('|'));
    }

    [Fact]
    public void Without_an_event_time_what_needs_one_says_so() =>
        Hold(Stream.Replace("  event_time: {field: ts}\n", "  event_time:\n", StringComparison.Ordinal) + "modules:| - {module_name: d, module_class: deduplicate, within: 1s}|" + Window, "8:4 needs_event_time|9:43 needs_event_time");

    private static void Hold(string yaml, string told)
    {
        string[] expected = told.Split('|');
        string[] found = Told(yaml).Split('|');
        Assert.True(expected.Length == found.Length && expected.Zip(found).All(p => p.Second.StartsWith(p.First, StringComparison.Ordinal)), string.Join('\n', found));
    }

    /// <summary><c>LINE:COLUMN CODE MESSAGE</c> of each mistake, in order, with bars between; in the text a bar is a line's end.</summary>
    private static string Told(string yaml)
    {
        LoadedConfig loaded = Loading.Load(yaml.Replace('|', '\n'));
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        return string.Join('|', loaded.Errors.Sorted().Select(e => $"{e.Place.Line}:{e.Place.Column} {e.Code} {e.Message}"));
    }
}
