using DataStream.Tests.Host;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.Tests.Samples;

/// <summary>The Avro sample: its input and what is expected of it were made by an independent program.</summary>
public sealed class AvroSampleTests
{
    private const string Sample = "samples/avro";

    [Fact]
    public void It_gives_its_rows_as_csv_and_through_another_container()
    {
        using var scratch = new Scratch();
        string hot = scratch.PathOf("hot.avro");
        Outcome outcome = Command.Run(Repository.Root, "run", $"{Sample}/pipeline.yaml",
            "--set", $"stream_settings.stream_output.main.uri=file://{hot}", "--set", $"stream_settings.stream_output.dead=file://{scratch.PathOf("dead.ndjson")}");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("", scratch.Read("dead.ndjson"));

        // Back to text, with the columns that the file itself has.
        string config = scratch.Write("back.yaml", $"stream_settings: {{stream_input: \"file:{hot}\", stream_output: {{uri: \"stdout:\", format: csv}}}}\n");
        Outcome back = Command.Run(Repository.Root, "run", config);
        Assert.True(back.Code == 0, back.Error);
        Assert.Equal(Repository.Read($"{Sample}/expected/hot.csv"), back.Output);
    }
}
