using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;
using DataStream.Tests.Host;
using DataStream.Tests.House;
using Samples.CustomFormat;
using Xunit;

namespace DataStream.Tests.Samples;

/// <summary>The samples, run as their pages say, against the output that lies beside them.</summary>
public sealed class SampleTests
{
    [Fact]
    public void Machine_temperature_gives_its_hours_and_its_alarms()
    {
        const string Sample = "samples/machine-temperature";
        using var scratch = new Scratch();
        Outcome outcome = Command.Run(Repository.Root, "run", $"{Sample}/pipeline.yaml", "--report", scratch.PathOf("report.json"),
            "--set", $"stream_settings.stream_output.main.uri=file://{scratch.PathOf("hours.csv")}",
            "--set", $"stream_settings.stream_output.dead=file://{scratch.PathOf("dead.ndjson")}",
            "--set", $"stream_settings.stream_output.late=file://{scratch.PathOf("late.csv")}");
        Assert.Equal(0, outcome.Code);
        // Made by an independent program (exact fractions, sorted lists), not by the engine.
        Assert.Equal(Repository.Read($"{Sample}/expected/hours.csv"), scratch.Read("hours.csv"));
        Assert.Equal(Repository.Read($"{Sample}/expected/alarms.txt"), outcome.Output);
        Assert.Equal("", scratch.Read("dead.ndjson"));
        Assert.Contains("\"deduplicated\": 12", scratch.Read("report.json"), StringComparison.Ordinal);

        // The first page shows the summary of a run that was measured: all but times and memory must be the same today.
        string shown = Repository.Read("README.md").Split('\n').Single(l => l.StartsWith("datastream: ", StringComparison.Ordinal));
        Assert.Equal(WithoutMeasures(shown), WithoutMeasures(outcome.Error.Split('\n').Single(l => l.StartsWith("datastream: ", StringComparison.Ordinal))));
    }

    [Fact]
    public void Sensors_gives_its_windows_and_its_dead_letters()
    {
        const string Sample = "samples/sensors";
        using var scratch = new Scratch();
        Outcome outcome = Command.Run(Repository.Root, "run", $"{Sample}/pipeline.yaml", "--report", scratch.PathOf("report.json"),
            "--set", $"stream_settings.stream_output.dead=file://{scratch.PathOf("dead.ndjson")}");
        Assert.Equal(0, outcome.Code);
        // Made by an independent program (exact fractions, sorted lists), not by the engine.
        Assert.Equal(Repository.Read($"{Sample}/expected/per_device.csv"), outcome.Output);
        Assert.Equal(Repository.Read($"{Sample}/expected/dead.ndjson"), scratch.Read("dead.ndjson"));
        Assert.All(["\"filtered\": 5", "\"late\": 1", "\"dead\": 4", "\"aggregated\": 190"], part => Assert.Contains(part, scratch.Read("report.json"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Custom_format_is_read_and_written_by_its_program()
    {
        const string Sample = "samples/custom-format";
        using var scratch = new Scratch();
        string config = Repository.Read($"{Sample}/pipeline.yaml")
            .Replace("file:samples/", $"file:{Repository.PathOf("samples")}/", StringComparison.Ordinal).Replace("file:out/", $"file:{scratch.Folder}/", StringComparison.Ordinal);
        RunReport report = await StatsdProgram.RunAsync(scratch.Write("pipeline.yaml", config), TestContext.Current.CancellationToken);
        Assert.Equal((0, 7L, 2L, 0L), (report.ExitCode, report.Ledger.In, report.Ledger.Dead, report.AllocatedBytesLanes));
        Assert.Equal(Repository.Read($"{Sample}/expected/means.statsd"), scratch.Read("custom-format/means.statsd"));
        Assert.Equal(2, scratch.Read("custom-format/dead.ndjson").Split("\"reason\":\"bad_statsd\"").Length - 1);
    }

    [Theory]
    [InlineData("statsd", "prefix: 1", null)]
    [InlineData("statsd", "prefx: 1", "did you mean 'prefix'")]
    [InlineData("statds", "", "did you mean 'statsd'")]
    public void A_registered_format_is_checked_with_the_rest(string type, string option, string? part)
    {
        using var scratch = new Scratch();
        string path = scratch.Write("config.yaml", $"stream_settings:\n  stream_input: stdin\n  stream_output: stdout\n  input_format: {{type: {type}, {option}}}\n  output_format: csv\n");
        var errors = new List<ConfigError>();
        try
        {
            DataStreamProcessor processor = DataStreamProcessor.Create(DataStream.Config.Config.Load(path, ["statsd"]));
            Assert.True(processor.RegisterFormat("statsd", settings => new StatsdFormat(settings)));
            Assert.False(processor.RegisterFormat("statsd", settings => new StatsdFormat(settings)));
            Assert.False(processor.RegisterFormat("csv", settings => new StatsdFormat(settings)));
            processor.BuildPlan(new RunRequest());
        }
        catch (ConfigException e)
        {
            errors.AddRange(e.Errors);
        }

        Assert.True(part is null ? errors.Count == 0 : errors.Count == 1 && errors[0].Message.Contains(part, StringComparison.Ordinal), string.Join('\n', errors));
    }

    /// <summary>But for the one whose format only its program knows.</summary>
    [Fact]
    public void Every_configuration_in_the_repository_passes_check()
    {
        string[] configurations = [.. Repository.Files([".yaml"], "config", "samples", "bench").Where(c => !c.StartsWith("samples/custom-format/", StringComparison.Ordinal))];
        Assert.NotEmpty(configurations);
        foreach (string configuration in configurations.Where(c => Repository.Read(c).Contains("stream_settings:", StringComparison.Ordinal)))
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            if (Repository.Read(configuration).Contains("kafka:", StringComparison.Ordinal))
            {
                // Its brokers come from the environment, of a process of its own: other tests want none.
                Outcome outcome = Command.RunWith(Path.GetTempPath(), new Dictionary<string, string> { ["KAFKA_BROKER_URL"] = "localhost:9092" }, "check", Repository.PathOf(configuration));
                Assert.True(outcome.Code == 0, $"{configuration}: {outcome.Error}");
                continue;
            }

            Assert.True(DataStream.Host.Program.Execute(["check", Repository.PathOf(configuration)], output, error) == 0, $"{configuration}: {error}");
        }
    }

    private static string WithoutMeasures(string summary) =>
        Regex.Replace(Regex.Replace(summary, "lanes on cores [^;]*; ", ""), @"in [\d.]+ s \([^)]*\)|ns/event: [^;]*|peak memory .*", part => Regex.Replace(part.Value, @"[\d.,]+( [kM])?", "#"));
}
