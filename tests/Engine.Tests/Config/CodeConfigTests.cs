using System.Collections.Generic;
using System.IO;
using System.Linq;
using DataStream.Config;
using DataStream.Runtime;
using DataStream.Tests.Runtime;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>What a program makes is judged as a file is, by the same reader: the same codes, all at once, at the property.</summary>
public sealed class CodeConfigTests
{
    [Fact]
    public void Every_property_of_a_wrong_kind_is_told_at_its_path()
    {
        var config = new PipelineConfig
        {
            Stream = new StreamSettings
            {
                Inputs = [new("file:a.csv") { OnError = (OnError)9 }, new("ftp://x")],
                Outputs = [new("main", "file:out.csv") { WhenFull = "maybe" }, new("main", "stdout"), new("far", "http://x/y"), new("uri", "null:")],
                Schema = [new("a", "int64"), new("a", "text"), new("b", "number"), new("c", "timestamp") { TimeZone = "Mars" }],
                EventTime = new EventTimeConfig("c") { MaxOutOfOrderness = -1, AllowedLateness = -2, IdleTimeout = -3 },
                CommitInterval = 0,
            },
            Modules = [new("x", "filter") { Settings = new() { ["where"] = "a > 1" } }, new("x", "filter") { Settings = new() { ["where"] = "a >" } }, new("", "select") { Settings = new() { ["fields"] = "b" } }, new("y", "")],
            Errors = new ErrorHandling { ErrorBudget = 7, MaxAttempts = 0, Backoff = -1 },
            LoggingLevels = new Dictionary<string, string> { [""] = "loud" },
            Tuning = new PerformanceTuning { Threads = -1, PartitionSize = 100, PayloadSize = 1, MaxRecordSize = -5, RingSize = 3, MemoryBudget = 1, WaitStrategy = "hope", Allocations = "some", CpuAffinity = [0, 0] },
            Security = new SecuritySettings { Kafka = new KafkaSecurity { Sasl = new SaslSettings("plain") } },
        };
        Assert.Equal(
            [
                "Errors.Backoff bad_duration", "Errors.ErrorBudget bad_value", "Errors.MaxAttempts bad_value", "LoggingLevels[\"\"] bad_value",
                "Modules[1].Name duplicate_name", "Modules[1].Settings[\"where\"] bad_expression", "Modules[2].Name bad_value", "Modules[3].Class bad_value",
                "Security.Kafka.Sasl missing_key", "Security.Kafka.Sasl missing_key",
                "Stream.CommitInterval bad_duration", "Stream.EventTime.AllowedLateness bad_duration", "Stream.EventTime.IdleTimeout bad_duration", "Stream.EventTime.MaxOutOfOrderness bad_duration",
                "Stream.Inputs[0].OnError bad_value", "Stream.Inputs[1].Uri bad_uri", "Stream.Outputs[0].WhenFull bad_value", "Stream.Outputs[1].Name duplicate_key",
                "Stream.Outputs[2].Uri not_supported", "Stream.Outputs[3].Name bad_key", "Stream.Schema[1].Name duplicate_key", "Stream.Schema[2].Type unknown_type", "Stream.Schema[3].TimeZone bad_value",
                "Tuning.Allocations bad_value", "Tuning.CpuAffinity[1] bad_value", "Tuning.MaxRecordSize bad_size", "Tuning.MemoryBudget bad_size", "Tuning.PartitionSize bad_value", "Tuning.PayloadSize bad_size",
                "Tuning.RingSize bad_value", "Tuning.Threads bad_value", "Tuning.WaitStrategy bad_value",
            ],
            Mistakes(config).Order(System.StringComparer.Ordinal));
    }

    [Fact]
    public void Exactly_once_is_judged_too() =>
        Assert.Equal(["Stream.IsExactlyOnce delivery"], Mistakes(Made.Config("file:in.csv", "file:out.csv") is var config ? config with { Stream = config.Stream with { IsExactlyOnce = true } } : config));

    [Fact]
    public void Missing_parts_are_told_together() =>
        Assert.Equal(["Stream missing_key", "Stream missing_key"], Mistakes(new PipelineConfig()));

    [Fact]
    public void A_good_configuration_has_places_and_a_hash_and_stays_as_it_is()
    {
        PipelineConfig config = Made.Config("file:in.csv", "file:out.csv", Made.Filter("warm", "temperature > 3")) with { Errors = new ErrorHandling { Backoff = 7 } };
        PipelineConfig planned = DataStreamProcessor.Create(config).BuildPlan(new RunRequest()).Config;
        Assert.Equal("Modules[0].Settings[\"where\"]", planned.PlaceOf("modules.0.where").ToString());
        Assert.Equal((64, 7, 1), (planned.Hash.Length, planned.Errors.Backoff, planned.Tuning.Threads));
        Assert.Equal(config.Stream.Schema!.Select(f => f.Name), planned.Stream.Schema!.Select(f => f.Name));
        PipelineConfig other = DataStreamProcessor.Create(config with { Errors = new ErrorHandling() }).BuildPlan(new RunRequest()).Config;
        Assert.NotEqual(planned.Hash, other.Hash);
    }

    [Fact]
    public void What_is_changed_after_loading_is_judged_and_the_rest_keeps_its_places()
    {
        PipelineConfig loaded = Loading.LoadGood(Loading.Good + "modules:\n- {module_name: m, module_class: filter, where: \"v > 1\"}\n");
        Assert.Empty(Mistakes(loaded));
        Assert.Equal(["Tuning.Threads bad_value"], Mistakes(loaded with { Tuning = loaded.Tuning with { Threads = 2000 } }));
        Assert.Equal(["config.yaml:8:50 unknown_column"], Mistakes(loaded with { Stream = loaded.Stream with { Schema = [new("id", "int64")] } }));
        loaded.Modules.Add(new ModuleConfig("m", "select"));
        Assert.Equal(["Modules[1].Name duplicate_name", "Modules[1] missing_key"], Mistakes(loaded).Order(System.StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public void Secrets_of_a_program_are_neither_shown_nor_in_the_hash()
    {
        PipelineConfig Of(string password) => Made.Config("file:in.csv", "file:out.csv") with
        {
            Security = new SecuritySettings { SchemaRegistry = new RegistrySettings("http://far.example:1") { Username = "u", Password = password } },
        };
        Assert.DoesNotContain("hunter2", string.Join(' ', Assert.Throws<ConfigException>(() => DataStreamProcessor.Create(Of("hunter2")).BuildPlan(new RunRequest())).Errors), System.StringComparison.Ordinal);
        PipelineConfig Local(string password) => Of(password) with { Security = new SecuritySettings { SchemaRegistry = new RegistrySettings("http://localhost:1") { Username = "u", Password = password } } };
        Assert.Equal(DataStreamProcessor.Create(Local("hunter2")).BuildPlan(new RunRequest()).Config.Hash, DataStreamProcessor.Create(Local("hunter3")).BuildPlan(new RunRequest()).Config.Hash);
    }

    [Theory]
    [InlineData(0.00005)]
    [InlineData(1E-300)]
    [InlineData(1)]
    [InlineData(0)]
    public void Every_share_is_an_error_budget(double share) =>
        Assert.Equal(share, DataStreamProcessor.Create(Made.Config("file:in.csv", "null:") with { Errors = new ErrorHandling { ErrorBudget = share } }).BuildPlan(new RunRequest()).Config.Errors.ErrorBudget);

    [Fact]
    public void What_is_shown_follows_a_changed_uri_and_a_secret_stays_hidden()
    {
        PipelineConfig config = Made.Config("file:in.csv", "file:out.csv");
        PipelineConfig Planned(PipelineConfig made, string input, string output) => DataStreamProcessor.Create(made with
        {
            Stream = made.Stream with { Inputs = [made.Stream.Inputs[0] with { Uri = input }], Outputs = [made.Stream.Outputs[0] with { Uri = output }] },
        }).BuildPlan(new RunRequest()).Config;
        PipelineConfig changed = Planned(config, "file:other.csv", "file:far.csv");
        Assert.Equal(("file:other.csv", "file:far.csv"), (changed.Stream.Inputs[0].ShownUri, changed.Stream.Outputs[0].ShownUri));
        Assert.NotEqual(Planned(config, "file:in.csv", "file:out.csv").Hash, changed.Hash);
        Assert.Equal(new EndpointConfig("file:a") { Options = config.Stream.Inputs[0].Options }, new EndpointConfig("file:a") { Options = config.Stream.Inputs[0].Options, ShownUri = "file:a" });

        var secret = new EndpointConfig("file:secret.csv") { ShownUri = "file:${secret:env:S}" };
        PipelineConfig hidden = config with { Stream = config.Stream with { Inputs = [secret], Outputs = [new("main", "file:hidden.csv") { ShownUri = "(hidden)" }] } };
        PipelineConfig same = Planned(hidden, "file:secret.csv", "file:hidden.csv");
        Assert.Equal(("file:${secret:env:S}", "(hidden)"), (same.Stream.Inputs[0].ShownUri, same.Stream.Outputs[0].ShownUri));
        Assert.Equal("file:other.csv", (secret with { Uri = "file:other.csv" }).ShownUri);
    }

    private static string[] Mistakes(PipelineConfig config)
    {
        var errors = new ConfigErrors();
        DataStreamProcessor.Create(config).BuildPlan(new RunRequest(), errors);
        return [.. errors.Sorted().Select(e => $"{e.Place} {e.Code}")];
    }
}
