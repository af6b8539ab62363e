using System.Linq;
using DataStream.Config;
using DataStream.Plans;
using DataStream.Tests.Config;
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
}
