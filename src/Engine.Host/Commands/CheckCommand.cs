using System.CommandLine;
using System.IO;
using DataStream.Flow;
using DataStream.Runtime;

namespace DataStream.Host.Commands;

/// <summary><c>datastream check CONFIG</c>: every mistake of a configuration at once, without touching its inputs and outputs.</summary>
internal static class CheckCommand
{
    public static Command Create(TextWriter error)
    {
        var command = new Command("check", "Shows every mistake of a configuration at once");
        Argument<string?> config = RunCommand.ConfigArgument(ArgumentArity.ZeroOrOne, $"The configuration (default: {PipelineOptions.DefaultConfig})");
        var connect = new Option<bool>("--connect") { Description = "Also connects to what the configuration names (not supported in this version)" };
        command.Arguments.Add(config);
        command.Options.Add(connect);
        var pipeline = new PipelineOptions(command);
        command.SetAction(parsed => parsed.GetValue(connect)
            ? throw new UsageException("--connect is not supported in this version: it comes with inputs and outputs on a network")
            : Planning.Build(pipeline.Request(parsed, parsed.GetValue(config)), new RunRequest { RunsElsewhere = true }, error) is null ? ExitCode.Configuration : ExitCode.Done);
        return command;
    }
}
