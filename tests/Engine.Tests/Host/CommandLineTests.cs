using System;
using System.IO;
using System.IO.Compression;
using DataStream.Host;
using Xunit;

namespace DataStream.Tests.Host;

public sealed class CommandLineTests
{
    private const string Pipeline = """
        stream_settings:
          stream_input: file:in.csv
          stream_output: file:out.csv
          schema: {id: int64, v: float64}
        modules:
          - {module_name: keep, module_class: filter, where: "v > 3"}
        """;

    [Fact]
    public void Version_is_answered_everywhere()
    {
        foreach (string[] arguments in new string[][] { ["--version"], ["run", "--version"], ["batch", "--version"], ["explain", "--version"] })
        {
            Outcome outcome = Execute(arguments);
            Assert.Equal(0, outcome.Code);
            Assert.StartsWith("datastream 0.", outcome.Output, StringComparison.Ordinal);
            Assert.Equal("", outcome.Error);
        }
    }

    [Fact]
    public void Help_is_answered_everywhere_on_stdout()
    {
        foreach (string[] arguments in new string[][] { ["--help"], ["run", "--help"], ["batch", "--help"], ["check", "-h"], ["explain", "--help"], ["infer", "--help"], ["schema", "--help"] })
        {
            Outcome outcome = Execute(arguments);
            Assert.Equal(0, outcome.Code);
            Assert.Contains("--help", outcome.Output, StringComparison.Ordinal);
            Assert.Equal("", outcome.Error);
        }
    }

    [Theory]
    [InlineData("unknown command 'runn'; did you mean 'run'?", "runn", "config.yaml")]
    [InlineData("unknown option '--max-event'; did you mean '--max-events'?", "run", "config.yaml", "--max-event", "3")]
    [InlineData("unknown option '--max-event'; did you mean '--max-events'?", "run", "--max-event=3")]
    [InlineData("'--threads' is one argument too many for 'run': behind '--' nothing is an option; write options before it", "run", "--", "w.yaml", "--threads", "1")]
    [InlineData("unknown option '--no-such-option'", "run", "--no-such-option", "--report", "r.json")]
    [InlineData("unknown option '--reprot'; did you mean '--report'?", "batch", "c.yaml", "a.csv", "--reprot", "r.json")]
    [InlineData("--max-events", "run", "config.yaml", "--max-events")]
    [InlineData("--max-events takes a whole number from 1 on, not 'many'", "run", "config.yaml", "--max-events", "many")]
    [InlineData("--max-events takes a whole number from 1 on, not '0'", "run", "config.yaml", "--max-events", "0")]
    [InlineData("--duration takes a duration such as 500ms, 30s or 5m, not '30'", "run", "config.yaml", "--duration", "30")]
    [InlineData("--set takes KEY=VALUE, not 'threads'", "run", "config.yaml", "--set", "threads")]
    [InlineData("one argument too many", "run", "a.yaml", "b.yaml")]
    [InlineData("the configuration is named twice: 'config.yaml' and --config-file 'config.yaml'", "run", "config.yaml", "--config-file", "config.yaml")]
    [InlineData("named twice", "batch", "c.yaml", "a.csv", "--config_file", "d.yaml")]
    [InlineData("--stream-input does not go with it", "batch", "c.yaml", "a.csv", "--stream-input", "file:b.csv")]
    [InlineData("at least one FILE", "batch", "c.yaml")]
    [InlineData("not from 'file:dead.ndjson'; of those in a file 'raw' is the record", "dead", "replay", "--from", "file:dead.ndjson", "c.yaml")]
    [InlineData("'--from' is required", "dead", "replay", "c.yaml")]
    [InlineData("unknown command 'nonsense'", "nonsense", "--help")]
    [InlineData("Try 'datastream dead replay --help'.", "dead", "replay", "c.yaml")]
    [InlineData("--stream-input does not go with it", "dead", "replay", "--from", "kafka:x/y", "--stream-input", "file:b.csv", "c.yaml")]
    [InlineData("not supported in this version", "explain", "c.yaml", "--measured")]
    [InlineData("unknown option '--x'", "schema", "--x")]
    public void A_wrong_command_line_is_refused_with_what_was_meant(string message, params string[] arguments)
    {
        Outcome outcome = Execute(arguments);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.StartsWith("datastream: ", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public void Check_is_silent_about_a_good_configuration()
    {
        using var scratch = new Scratch();
        Outcome outcome = Execute("check", scratch.Write("config.yaml", Pipeline));
        Assert.Equal(new Outcome(0, "", ""), outcome);
    }

    [Fact]
    public void Check_shows_the_mistakes_of_file_and_options_with_their_places()
    {
        using var scratch = new Scratch();
        string config = scratch.Write("config.yaml", Pipeline.Replace("v > 3", "w > 3", StringComparison.Ordinal));
        Outcome outcome = Execute("check", config, "--set", "performance_tuning.ring_size=15", "--threads", "many");
        Assert.Equal(2, outcome.Code);
        Assert.Collection(outcome.ErrorLines,
            line => Assert.StartsWith($"{config}:6:55: error ", line, StringComparison.Ordinal),
            line => Assert.StartsWith("--set", line, StringComparison.Ordinal),
            line => Assert.StartsWith("--threads", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_configuration_is_named()
    {
        Outcome outcome = Execute("run", "nowhere/config.yaml");
        Assert.Equal(2, outcome.Code);
        Assert.Contains("nowhere/config.yaml", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_shows_modules_and_columns()
    {
        using var scratch = new Scratch();
        Outcome outcome = Execute("explain", scratch.Write("config.yaml", Pipeline));
        Assert.Equal(0, outcome.Code);
        Assert.All(["keep", "id", "float64", "lanes", "memory", "cores"], word => Assert.Contains(word, outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Schema_is_JSON()
    {
        Outcome outcome = Execute("schema");
        Assert.Equal(0, outcome.Code);
        using var schema = System.Text.Json.JsonDocument.Parse(outcome.Output);
        Assert.True(schema.RootElement.GetProperty("properties").TryGetProperty("stream_settings", out _));
    }

    [Fact]
    public void Infer_prints_a_block_that_check_accepts()
    {
        using var scratch = new Scratch();
        string data = scratch.Write("in.csv", "when,device,celsius\n2026-01-01T00:00:00Z,a,20.5\n2026-01-01T00:00:01Z,b,21\n");
        Outcome outcome = Execute("infer", data);
        Assert.Equal(0, outcome.Code);
        Assert.All(["stream_settings:", "timestamp", "float64", "text"], word => Assert.Contains(word, outcome.Output, StringComparison.Ordinal));
        Assert.Equal(new Outcome(0, "", ""), Execute("check", scratch.Write("config.yaml", outcome.Output)));
    }

    [Theory]
    [InlineData("nowhere.csv", "No such file or directory (errno 2)")]
    [InlineData(".", "Is a directory (errno 21)")]
    public void Infer_names_a_file_that_cannot_be_read_and_the_errno(string name, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are Linux's");
        using var scratch = new Scratch();
        Outcome outcome = Execute("infer", scratch.PathOf(name));
        Assert.Equal(74, outcome.Code);
        Assert.EndsWith($" '{scratch.PathOf(name)}': {reason}\n", outcome.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n\t")]
    [InlineData("\ufeff")]
    public void Infer_guesses_nothing_from_nothing(string text)
    {
        using var scratch = new Scratch();
        Outcome outcome = Execute("infer", scratch.Write("in.csv", text));
        Assert.Equal((65, ""), (outcome.Code, outcome.Output));
        Assert.Contains("nothing in it to guess from", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_guesses_from_the_whole_records_of_a_cut_gzip_file_and_then_says_that_it_is_cut()
    {
        using var scratch = new Scratch();
        string path = scratch.PathOf("in.csv.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.NoCompression))
        {
            // Stored as it is: where the file is cut, so is the text.
            gzip.Write("id,ok\n1,true\n2,true\n3,true\n"u8);
        }

        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..(whole.Length - 8 - 3)]); // without the trailer and "ue\n"

        Outcome outcome = Execute("infer", path);

        Assert.Equal(74, outcome.Code);
        Assert.Contains("ok: bool", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Infer_refuses_what_only_claims_to_be_gzip()
    {
        using var scratch = new Scratch();
        Assert.Equal(74, Execute("infer", scratch.Write("in.csv.gz", "id\n1\n")).Code);
    }

    private static Outcome Execute(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = Program.Execute(arguments, output, error);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    [Fact]
    public void Behind_two_dashes_a_name_may_begin_with_one()
    {
        using var scratch = new Scratch();
        scratch.Write("-dash.csv", "a,b\n1,x\n2,y\n");
        Outcome outcome = Command.Run(scratch.Folder, "infer", "--", "-dash.csv");
        Assert.Equal(0, outcome.Code);
        Assert.Contains("a: int64", outcome.Output, StringComparison.Ordinal);
        scratch.Write("-c.yaml", "stream_settings: {stream_input: \"file:x.csv\", stream_output: discard, schema: {a: int64}}\n");
        Assert.Equal(0, Command.Run(scratch.Folder, "check", "--", "-c.yaml").Code);
        Assert.Equal(2, Command.Run(scratch.Folder, "check", "-c.yaml").Code);
    }
}
