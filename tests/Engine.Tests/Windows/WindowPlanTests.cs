using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Windows;
using Xunit;

namespace DataStream.Tests.Windows;

public sealed class WindowPlanTests
{
    [Theory]
    [InlineData("mean(vv)", 5, "'vv' is no column")]
    [InlineData("maen(v)", 0, "there is no aggregate 'maen'; did you mean 'mean'?")]
    [InlineData(" sum( s )", 6, "sum takes a number; 's' is text")]
    [InlineData("sum(v + 1)", 6, "map")]
    [InlineData("sum(v) / 2", 7, "map")]
    [InlineData("sum()", 4, "sum takes a column")]
    [InlineData("sum(v, n)", 7, "nothing more")]
    [InlineData("count(v, n)", 9, "nothing more")]
    [InlineData("quantile(v)", 10, "a column and a share")]
    [InlineData("quantile(v, 1.5)", 12, "from 0 to 1")]
    [InlineData("quantile(v, n)", 12, "from 0 to 1")]
    [InlineData("sum(3)", 4, "not a number")]
    [InlineData("v", 1, "'(' is expected")]
    [InlineData("", 0, "an aggregate such as")]
    [InlineData("sum(`v)", 4, "a column name")]
    [InlineData("sum(v", 5, "',' or ')'")]
    [InlineData("quantile(s, 2)", 9, "takes a number")]
    public void A_mistake_in_an_aggregate_is_reported_at_its_token(string text, int offset, string message)
    {
        ConfigErrors errors = Fail(new ConfigMap { { "tumbling", "10s" }, { "aggregates", new ConfigMap { { "a", At(text, 7, 20) } } } });
        ConfigError error = errors.Sorted()[0];
        Assert.Equal(new Place("f", 7, 20 + offset), error.Place);
        Assert.Contains(message, error.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once()
    {
        ConfigErrors errors = Fail(new ConfigMap
        {
            { "tumbling", At("soon", 1, 1) }, { "count", At("3", 2, 1) }, { "key", new[] { "k", "k", "kk" } }, { "agregates", "x" },
            { "aggregates", new ConfigMap { { "k", "count()" }, { "window_end", "count()" }, { "b", "sum(k)" } } },
        });
        Assert.Equal(8, errors.Count);
    }

    [Theory]
    [InlineData("tumbling")]
    [InlineData("hopping")]
    [InlineData("session")]
    public void Time_windows_need_event_time(string kind)
    {
        ConfigNode value = kind switch { "tumbling" => "10s", "hopping" => new ConfigMap { { "size", "10s" }, { "every", "5s" } }, _ => new ConfigMap { { "gap", "5s" } } };
        ConfigErrors errors = Fail(WindowTests.Settings(kind, value, [], ["count()"]), hasEventTime: false);
        Assert.Contains("event_time", Assert.Single(errors.Sorted()).Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_is_of_one_kind_that_makes_sense()
    {
        Fail(new ConfigMap { { "aggregates", Count() } });
        Fail(new ConfigMap { { "calendar", "month" }, { "aggregates", Count() } });
        Fail(new ConfigMap { { "tumbling", "0s" }, { "aggregates", Count() } });
        Fail(new ConfigMap { { "tumbling", "99999999d" }, { "aggregates", Count() } });
        Fail(new ConfigMap { { "global", "false" }, { "aggregates", Count() } });
        Fail(new ConfigMap { { "count", "0" }, { "aggregates", Count() } });
        Fail(new ConfigMap { { "count", "2" } });
        Fail(new ConfigMap { { "count", "2" }, { "aggregates", new ConfigMap() } });
        Fail(new ConfigMap { { "hopping", new ConfigMap { { "size", "5s" }, { "every", "10s" } } }, { "aggregates", Count() } });
        Fail(new ConfigMap { { "hopping", new ConfigMap { { "size", "5s" } } }, { "aggregates", Count() } });
        Fail(new ConfigMap { { "session", new ConfigMap { { "gap", "5s" }, { "gaps", "5s" } } }, { "aggregates", Count() } });
    }

    [Fact]
    public void Results_have_times_keys_and_aggregates_in_their_types()
    {
        Schema schema = WindowRun.TestSchema();
        var aggregates = new ConfigMap
        {
            { "n1", "count()" }, { "n2", "count_distinct(s)" }, { "s1", "sum(n)" }, { "s2", "sum(c)" }, { "s3", "sum(v)" }, { "m", "mean(c)" },
            { "q", "quantile(n, 5e-1)" }, { "x1", "min(s)" }, { "x2", "last(t)" }, { "x3", "max(b)" }, { "w", "stddev(`n`)" },
        };
        var errors = new ConfigErrors();
        WindowPlan? plan = WindowPlan.Create(
            new Settings("module 'w'", Place.Code, new ConfigMap { { "session", new ConfigMap { { "gap", "1s" } } }, { "key", new[] { "k", "b" } }, { "aggregates", aggregates } }, errors),
            schema, true, 0, 0);
        Assert.NotNull(plan);
        Assert.False(plan.CanMerge);
        Assert.Equal(
            "window_start timestamp,window_end timestamp,k text,b bool,n1 int64,n2 int64,s1 int64,s2 decimal(2),s3 float64,m float64,q float64,x1 text,x2 timestamp,x3 bool,w float64",
            string.Join(",", plan.ResultSchema().Fields.Select(f => $"{f.Name} {f.Type}")));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], schema.Dependencies.Reads.Distinct().Order());
    }

    [Fact]
    public void A_group_of_count_min_max_mean_and_stddev_is_small()
    {
        using var run = new WindowRun(WindowTests.Settings("tumbling", "1s", ["k"], ["count()", "min(v)", "max(v)", "mean(v)", "stddev(v)"]));
        Assert.InRange(run.Plan.BytesPerGroup, 1, 128);
    }

    private static ConfigMap Count() => new() { { "n", "count()" } };

    private static ConfigScalar At(string text, int line, int column) => new(text) { Place = new Place("f", line, column) };

    private static ConfigErrors Fail(ConfigMap map, bool hasEventTime = true)
    {
        var errors = new ConfigErrors();
        Assert.Null(WindowPlan.Create(new Settings("module 'w'", new Place("f", 1, 1), map, errors), WindowRun.TestSchema(), hasEventTime, 0, 0));
        Assert.NotEqual(0, errors.Count);
        return errors;
    }
}
