using System;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;
using DataStream.Plans;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>Mistakes of configurations made in code, and of what a program registers.</summary>
public sealed class CodeMistakesTests
{
    [Fact]
    public void Mistakes_in_code_are_in_the_order_of_the_properties()
    {
        ModuleConfig[] modules = [.. Enumerable.Range(0, 12).Select(i => new ModuleConfig(i is 2 or 10 ? "m0" : $"m{i}", "filter") { Settings = new() { ["where"] = i == 0 ? "gone > 1" : "temperature > 1" } })];
        var config = new PipelineConfig
        {
            Stream = new StreamSettings { Inputs = [new("generator:sensors?events=10")], Outputs = [new("main", "tcp:1")] },
            Modules = modules,
            Tuning = new PerformanceTuning { RingSize = 3 },
        };
        Assert.Equal(
            ["Stream.Outputs[0].Uri", "Modules[0].Settings[\"where\"]", "Modules[2].Name", "Modules[10].Name", "Tuning.RingSize"],
            Mistakes(config).Select(e => e.Place.ToString()));
    }

    [Fact]
    public void The_place_of_a_missing_ingress_is_the_input() =>
        Assert.Equal("Stream.Inputs[0]: error no_ingress", Mistakes(Generated() with { Stream = new StreamSettings { Inputs = [new("memory:orders")], Outputs = [new("main", "null:")], Schema = [new SchemaField("a", "int64")] } }).Single().ToString()[..34]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_programs_module_throws_when_it_is_bound_is_a_mistake(bool isMade)
    {
        DataStreamProcessor processor = DataStreamProcessor.Create(Generated());
        processor.RegisterModule("boom", context => isMade ? new Throwing() : throw new FormatException("boo"));
        ConfigError error = Assert.Single(Assert.Throws<ConfigException>(() => processor.BuildPlan(new RunRequest())).Errors);
        Assert.Equal("module_failed", error.Code);
        Assert.Equal($"module 'boom' of the program threw {(isMade ? "InvalidOperation" : "Format")}Exception when it was bound: boo", error.Message);
    }

    [Fact]
    public void What_a_programs_format_throws_when_it_is_made_is_a_mistake()
    {
        var catalog = new Catalog();
        catalog.TryAddFormat("mine", _ => throw new FormatException("boo"));
        var errors = new ConfigErrors();
        PipelineConfig config = Generated();
        Assert.Null(Planner.Build(config with { Stream = config.Stream with { OutputFormat = new FormatConfig("mine") } }, catalog, new PlanOptions(), errors));
        Assert.Equal(("bad_format", "the program's format 'mine' threw FormatException when it was made: boo"), errors.Sorted().Select(e => (e.Code, e.Message)).Single());
    }

    [Fact]
    public void A_module_that_throws_for_a_later_lane_ends_the_run()
    {
        PipelineConfig config = Generated();
        DataStreamProcessor processor = DataStreamProcessor.Create(config with { Tuning = new PerformanceTuning { Threads = 2 } });
        int made = 0;
        processor.RegisterModule("boom", context => ++made == 1 ? new Quiet() : new Throwing());
        Plan plan = processor.BuildPlan(new RunRequest());
        plan.NewChain();
        Assert.EndsWith("boo", Assert.Throws<StopException>(() => plan.NewChain()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{uri: stdout, format: {type: csv, decimals: 3}, decimals: 2}", "3:73")]
    [InlineData("{uri: stdout, decimals: 2, format: {type: csv, decimals: 3}}", "3:72")]
    [InlineData("{uri: stdout, decimals: 2, format: {type: csv, header: false}}", "")]
    public void An_option_beside_the_format_and_in_it_is_given_twice(string output, string place)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good.Replace("file:out.csv", "{main: " + output + "}", StringComparison.Ordinal));
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        Assert.Equal(place, Loading.Places(loaded));
        Assert.All(loaded.Errors.Sorted(), e => Assert.Equal("duplicate_key", e.Code));
    }

    [Theory]
    [InlineData("é𝔘", "8:51: error bad_expression: '𝔘' means nothing here")]
    [InlineData("v > 𝔘", "'𝔘' means nothing here")]
    public void A_character_beyond_the_first_plane_is_named_whole(string text, string told) => Assert.Contains(told, Condition(text), StringComparison.Ordinal);

    [Fact]
    public void The_options_of_a_format_are_listed_where_none_is_near()
    {
        LoadedConfig loaded = Loading.Load(Loading.Good.Replace("input_format: csv", "input_format: {type: csv, foo: 1}", StringComparison.Ordinal));
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        Assert.Contains("there is: ", Loading.Text(loaded), StringComparison.Ordinal);
        Assert.Contains("skip_lines", Loading.Text(loaded), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_shows_no_control_characters_of_names()
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good.Replace("{id: int64, v: float64}", "{\"i\\td\": int64, \"v\\e[31m\": float64}", StringComparison.Ordinal));
        string text = Explain.Text(Planner.Build(config, new Catalog(), new PlanOptions(), new ConfigErrors())!);
        Assert.Contains("i d int64", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text.ReplaceLineEndings(""), c => char.IsControl(c));
    }

    private static string Condition(string text)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good.TrimEnd('\n') + "\nmodules:\n- {module_name: m, module_class: filter, where: \"" + text + "\"}\n");
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        return Loading.Text(loaded);
    }

    private static PipelineConfig Generated() =>
        new() { Stream = new StreamSettings { Inputs = [new("generator:sensors?events=10")], Outputs = [new("main", "null:")] } };

    private static System.Collections.Generic.IReadOnlyList<ConfigError> Mistakes(PipelineConfig config) =>
        Assert.Throws<ConfigException>(() => DataStreamProcessor.Create(config).BuildPlan(new RunRequest())).Errors;

    private sealed class Throwing : Module
    {
        public override void Bind(Schema schema) => throw new InvalidOperationException("boo");

        public override void Process(Batch batch)
        {
        }
    }

    private sealed class Quiet : Module
    {
        public override void Bind(Schema schema)
        {
        }

        public override void Process(Batch batch)
        {
        }
    }
}
