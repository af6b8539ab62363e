using System;
using System.IO;
using System.Linq;
using DataStream.Tests.Host;
using DataStream.Tests.House;
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
    public void Every_configuration_in_the_repository_passes_check()
    {
        string[] configurations = [.. Repository.Files([".yaml"], "config", "samples", "bench")];
        Assert.NotEmpty(configurations);
        foreach (string configuration in configurations.Where(c => Repository.Read(c).Contains("stream_settings:", StringComparison.Ordinal)))
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            Assert.True(DataStream.Host.Program.Execute(["check", Repository.PathOf(configuration)], output, error) == 0, $"{configuration}: {error}");
        }
    }
}
