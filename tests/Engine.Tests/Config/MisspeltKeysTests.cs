using System.Collections.Generic;
using System.Linq;
using DataStream.Config;
using DataStream.Plans;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>A slip in a key that must be there is one mistake: the key as written, with the one that was meant.</summary>
public sealed class MisspeltKeysTests
{
    private const string Modules = "modules:\n- {module_name: m, module_class: filter, where: \"v > 1\"}\n- {module_name: w, module_class: window, count: 3, aggregates: {n: count()}}\n";

    [Theory]
    [InlineData("stream_settings:", "stream_setting:", "1:1")]
    [InlineData("stream_input:", "stream_inputt:", "2:3")]
    [InlineData("stream_output:", "stream_ouptut:", "3:3")]
    [InlineData("schema:", "shema:", "6:3")]
    [InlineData("file:in.csv", "{urii: file:in.csv}", "2:18")]
    [InlineData("input_format: csv", "input_format: {typ: csv}", "4:18")]
    [InlineData("where:", "wher:", "8:42")]
    [InlineData("aggregates:", "agregates:", "9:52")]
    [InlineData("count: 3", "cuont: 3", "9:42")]
    [InlineData("module_name: m", "module_nam: m", "8:4")]
    [InlineData("module_class: filter", "module_clas: filter", "8:20")]
    [InlineData("module_class: window", "modul_class: window", "9:20")]
    public void A_required_key_with_a_slip_is_one_unknown_key(string good, string slip, string place)
    {
        string yaml = Loading.Good.TrimEnd('\n') + "\n" + Modules;
        Assert.Contains(good, yaml, System.StringComparison.Ordinal);
        int at = yaml.IndexOf(good, System.StringComparison.Ordinal);
        ConfigError error = Assert.Single(Mistakes(yaml[..at] + slip + yaml[(at + good.Length)..]));
        string meant = good[..good.IndexOf(':', System.StringComparison.Ordinal)] switch { "file" => "uri", "input_format" => "type", var key => key };
        Assert.Equal($"config.yaml:{place}: error unknown_key", error.ToString()[..error.ToString().LastIndexOf(": ", System.StringComparison.Ordinal)]);
        Assert.EndsWith($"did you mean '{meant}'?", error.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("module_class: windw, tumbling: 3s, aggregates: {n: count()}", "unknown_class")]
    [InlineData("module_class: mapp, set: {n: v * 2}", "unknown_class")]
    [InlineData("module_clas: window, count: 3, aggregates: {n: count()}", "unknown_key")]
    [InlineData("module_class: filtre, where: v > 0", "unknown_class", "unknown_column", "unknown_column")]
    [InlineData("module_clas: filter, wher: v > 0", "unknown_key", "unknown_key", "unknown_column", "unknown_column")]
    public void What_a_misspelt_class_would_have_made_is_no_second_mistake(string module, params string[] codes)
    {
        string yaml = Loading.Good.Replace("  stream_output: file:out.csv\n", "  stream_output: {main: file:out.csv, hot: {uri: file:hot.csv, where: n > 3}}\n", System.StringComparison.Ordinal);
        Assert.Contains("hot.csv", yaml, System.StringComparison.Ordinal);
        yaml = yaml.TrimEnd('\n') + "\nmodules:\n- {module_name: w, " + module + "}\n- {module_name: f, module_class: filter, where: n > 2}\n";
        Assert.Equal(codes.Order(), Mistakes(yaml).Select(e => e.Code).Order());
    }

    [Theory]
    [InlineData("  event_time: {field: at, max_futur: 1s}\n", "max_future")]
    [InlineData("  event_time: {field: at, zzz: 1s}\n", "max_future")]
    public void Keys_that_would_be_refused_are_not_suggested(string line, string refused)
    {
        ConfigError error = Mistakes(Loading.Good.Replace("  stream_input: file:in.csv\n", "  stream_input: file:in.csv\n" + line, System.StringComparison.Ordinal)).Single(e => e.Code == "unknown_key");
        Assert.DoesNotContain(refused, error.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void No_condition_is_suggested_for_the_main_output()
    {
        string yaml = Loading.Good.Replace("  stream_output: file:out.csv\n", "  stream_output: {main: {uri: file:out.csv, were: v > 1}, hot: {uri: file:hot.csv, were: v > 1}}\n", System.StringComparison.Ordinal);
        string[] messages = [.. Mistakes(yaml).Select(e => e.Message)];
        Assert.Equal(2, messages.Length);
        Assert.DoesNotContain("where", messages[0], System.StringComparison.Ordinal);
        Assert.EndsWith("did you mean 'where'?", messages[1], System.StringComparison.Ordinal);
    }

    [Fact]
    public void Each_column_that_a_select_misses_is_named_once()
    {
        string yaml = Loading.Good.TrimEnd('\n') + "\nmodules:\n- {module_name: s, module_class: select, fields: [nope, v], rename: {nope: a, zz: b, yy: c}}\n- {module_name: f, module_class: filter, where: a > 2}\n";
        Assert.Equal(["'nope'", "'zz'", "'yy'"], Mistakes(yaml).Select(e => e.Message.Split(' ')[4].TrimEnd(';')));
    }

    [Fact]
    public void A_slip_in_another_key_leaves_the_missing_one_a_mistake_of_its_own()
    {
        string yaml = Loading.Good.Replace("  stream_input: file:in.csv\n", "  stream_ouptut: stdout\n", System.StringComparison.Ordinal);
        Assert.Equal(["missing_key", "unknown_key"], Mistakes(yaml).Select(e => e.Code));
    }

    [Fact]
    public void An_item_of_a_single_value_is_one_mistake()
    {
        const string name = "DATASTREAM__STREAM_SETTINGS__STREAM_INPUT__0";
        ConfigError error = Assert.Single(Mistakes(Loading.Good, new() { [name] = "file:b.csv" }));
        Assert.Equal($"env:{name}: error unknown_key: 'stream_settings.stream_input' is a single value and has no item 0; leave the number away", error.ToString());
    }

    [Fact]
    public void Of_two_options_with_one_target_the_later_is_told()
    {
        ConfigError error = Assert.Single(Mistakes(Loading.Good, null, new("stream_settings.stream_output.dead", "stdout", "--set"), new("stream_settings.stream_output.main", "stdout", "--set")));
        Assert.Equal("--set: error shared_target: output 'main' writes where 'dead' writes; two outputs need two targets", error.ToString());
    }

    [Theory]
    [InlineData("stream_settings.stream_output.dead", "file:out.csv", "shared_target")]
    [InlineData("stream_settings.stream_output.main.foo", "1", "unknown_key")]
    [InlineData("stream_settings.stream_input.foo", "1", "unknown_key")]
    public void What_an_option_says_wrongly_is_told_once(string key, string value, string code) =>
        Assert.Equal(code, Assert.Single(Mistakes(Loading.Good, null, new ConfigOverlay(key, value, "--set"))).Code);

    private static IReadOnlyList<ConfigError> Mistakes(string yaml, Dictionary<string, string>? environment = null, params ConfigOverlay[] options)
    {
        LoadedConfig loaded = Loading.Load(yaml, environment, options);
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        return loaded.Errors.Sorted();
    }
}
