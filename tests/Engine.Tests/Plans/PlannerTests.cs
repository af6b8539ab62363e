using System.Linq;
using DataStream.Config;
using DataStream.Plans;
using DataStream.Tests.Config;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Plans;

public sealed class PlannerTests
{
    private const string Inputs = """
        stream_settings:
          stream_input: [{uri: file:a.csv, on_error: skip}, INPUT]
          stream_output: file:out.csv
          schema: {id: int64}

        """;

    [Theory]
    [InlineData("file:b.csv", "", "")]
    [InlineData("{uri: file:b.csv, on_error: skip}", "", "")]
    [InlineData("{uri: file:b.csv, on_error: fail}", "", "config.yaml:2:81")]
    [InlineData("file:b.csv", "error_handling: {on_error: fail}", "config.yaml:2:53")]
    public void Inputs_that_want_different_ends_for_bad_records_are_an_error_at_the_later_one(string input, string rest, string place)
    {
        PipelineConfig config = Loading.LoadGood(Inputs.Replace("INPUT", input, System.StringComparison.Ordinal) + rest);
        var errors = new ConfigErrors();
        Plan? plan = Planner.Build(config, new Catalog(), new PlanOptions(), errors);
        Assert.Equal(place, string.Join(' ', errors.Sorted().Select(e => e.Place)));
        Assert.Equal(place.Length > 0, plan is null);
    }

    [Theory]
    [InlineData("memory:x", "config.yaml:2:53")]
    [InlineData("{uri: memory:x, on_error: skip}", "config.yaml:2:59")]
    public void A_memory_input_stands_alone(string input, string place)
    {
        PipelineConfig config = Loading.LoadGood(Inputs.Replace("INPUT", input, System.StringComparison.Ordinal) + "error_handling: {on_error: skip}");
        var errors = new ConfigErrors();
        Assert.Null(Planner.Build(config, new Catalog(), new PlanOptions(), errors));
        Assert.Equal(place, string.Join(' ', errors.Sorted().Where(e => e.Message.Contains("memory:", System.StringComparison.Ordinal)).Select(e => e.Place)));
    }

    [Fact]
    public void Two_outputs_may_both_vanish_but_not_write_to_one_file()
    {
        using var folder = new ScratchFolder();
        folder.Write("a.csv", "");
        System.IO.File.CreateSymbolicLink(folder["b.csv"], folder["a.csv"]);
        Assert.Empty(Mistakes("file:/dev/null", "file:/dev/null"));
        Assert.Contains("two targets", Assert.Single(Mistakes($"file:{folder["a.csv"]}", $"file:{folder["b.csv"]}")).Message, System.StringComparison.Ordinal);

        static System.Collections.Generic.IReadOnlyList<ConfigError> Mistakes(string main, string late)
        {
            PipelineConfig config = Loading.LoadGood($"stream_settings: {{stream_input: file:in.csv, schema: {{id: int64}}, output_format: csv, stream_output: {{main: \"{main}\", late: \"{late}\"}}}}");
            var errors = new ConfigErrors();
            Planner.Build(config, new Catalog(), new PlanOptions(), errors);
            return errors.Sorted();
        }
    }

    [Theory]
    [InlineData("cpu_affinity: [1, 0]", "", 2)]
    [InlineData("cpu_affinity: [1]", "", 1)]
    [InlineData("cpu_affinity: 1", "", 1)]
    [InlineData("threads: 1, cpu_affinity: [1, 0]", "", 1)]
    [InlineData("threads: 2, cpu_affinity: [1]", "6:48 'cpu_affinity' names 1 core for 2 lanes", 0)]
    [InlineData("threads: 1, cpu_affinity: [1, 3]", "6:52 this process may not use core 3", 0)]
    [InlineData("cpu_affinity: 3", "6:36 this process may not use core 3", 0)]
    public void Each_lane_has_a_core_of_the_list_that_the_process_may_use(string tuning, string mistake, int lanes)
    {
        PipelineConfig config = Loading.LoadGood(Inputs.Replace("INPUT", "file:b.csv", System.StringComparison.Ordinal) + $"error_handling: {{on_error: skip}}\nperformance_tuning: {{{tuning}}}");
        var errors = new ConfigErrors();
        Plan? plan = Planner.Build(config, new Catalog(), new PlanOptions { AllowedCores = [0, 1] }, errors);
        Assert.Equal(lanes, plan?.Lanes ?? 0);
        Assert.Equal(mistake.Length > 0 ? 1 : 0, errors.Count);
        Assert.All(errors.Sorted(), e => Assert.StartsWith(mistake, $"{e.Place.Line}:{e.Place.Column} {e.Message}"));

        // Another machine may have other cores; how many there are in the list is the same everywhere.
        errors = new ConfigErrors();
        Planner.Build(config, new Catalog(), new PlanOptions { AllowedCores = [0, 1], RunsElsewhere = true }, errors);
        Assert.Equal(mistake.Contains("names", System.StringComparison.Ordinal) ? 1 : 0, errors.Count);
    }

    [Fact]
    public void One_lane_needs_and_two_lanes_need()
    {
        Assert.Contains("and 1 lane needs ", OverBudget(1), System.StringComparison.Ordinal);
        Assert.Contains("and 2 lanes need ", OverBudget(2), System.StringComparison.Ordinal);

        static string OverBudget(int threads)
        {
            PipelineConfig config = Loading.LoadGood(Inputs.Replace("INPUT", "file:b.csv", System.StringComparison.Ordinal) + $"error_handling: {{on_error: skip}}\nperformance_tuning: {{threads: {threads}, memory_budget: 1MiB}}");
            var errors = new ConfigErrors();
            Assert.Null(Planner.Build(config, new Catalog(), new PlanOptions(), errors));
            return Assert.Single(errors.Sorted()).Message;
        }
    }

    [Theory]
    [InlineData("adaptive", "auto", 0, 4)]
    [InlineData("adaptive", "auto", 2, 2)]
    [InlineData("adaptive", "auto", 9, 4)]
    [InlineData("busy_spin", "auto", 3, 2)]
    [InlineData("busy_spin", "auto", 1, 1)]
    [InlineData("adaptive", "3", 1, 3)]
    public void Automatic_lanes_are_as_many_as_the_quota_has_whole_cores(string wait, string threads, int usable, int lanes)
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good + $"performance_tuning: {{threads: {threads}, wait_strategy: {wait}}}");
        Plan? plan = Planner.Build(config, new Catalog(), new PlanOptions { AllowedCores = [0, 1, 2, 3], UsableCores = usable }, new ConfigErrors());
        Assert.Equal(lanes, plan?.Lanes);
    }

    [Theory]
    [InlineData("threads: 1", "2", "3, 5")]
    [InlineData("threads: 2, cpu_affinity: [5, 3]", "5, 3", "2")]
    [InlineData("threads: 3", "2, 3, 5", "")]
    [InlineData("threads: 1, cpu_affinity: none", "", "")]
    public void Readers_and_writers_have_the_cores_that_lanes_leave(string tuning, string lanes, string others)
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good + $"performance_tuning: {{{tuning}}}");
        Plan? plan = Planner.Build(config, new Catalog(), new PlanOptions { AllowedCores = [2, 3, 5] }, new ConfigErrors());
        Assert.Equal((lanes, others), (string.Join(", ", plan!.Cores), string.Join(", ", plan.OtherCores)));
    }

    [Theory]
    [InlineData("threads: 1", 2, "busy_spin", "1")]
    [InlineData("threads: 2", 2, "adaptive", "1, 0")] // nobody else would have a core
    [InlineData("threads: auto", 2, "busy_spin", "1")]
    [InlineData("threads: auto", 1, "adaptive", "1")] // two cores, and a quota of one
    public void A_spinning_lane_never_takes_the_last_core(string tuning, int usable, string waits, string cores)
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good + $"performance_tuning: {{{tuning}, wait_strategy: busy_spin}}");
        Plan? plan = Planner.Build(config, new Catalog(), new PlanOptions { AllowedCores = [0, 1], LaneCores = [1, 0], UsableCores = usable }, new ConfigErrors());
        Assert.Equal((waits, cores), (plan!.WaitStrategy, string.Join(", ", plan.Cores)));
        Assert.Equal(waits == "adaptive", plan.Warnings.Any(w => w.Contains("busy_spin", System.StringComparison.Ordinal)));
    }
}
