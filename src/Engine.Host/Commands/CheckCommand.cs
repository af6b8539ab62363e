using System.CommandLine;
using System.IO;
using DataStream.Flow;

namespace DataStream.Host.Commands;

/// <summary><c>datastream check CONFIG</c>: every mistake of a configuration at once, without touching its inputs and outputs.</summary>
internal static class CheckCommand
{
    public static Command Create(TextWriter error)
    {
        var command = new Command("check", "Shows every mistake of a configuration at once");
        Argument<string?> config = RunCommand.ConfigArgument(ArgumentArity.ZeroOrOne, $"The configuration (default: {PipelineOptions.DefaultConfig})");
        var connect = new Option<bool>("--connect") { Description = "Also asks the network whether topics and the schema registry are there; changes nothing" };
        command.Arguments.Add(config);
        command.Options.Add(connect);
        var pipeline = new PipelineOptions(command);
        command.SetAction(parsed => Planning.Check(pipeline.Request(parsed, parsed.GetValue(config)), parsed.GetValue(connect), error) ? ExitCode.Done : ExitCode.Configuration);
        return command;
    }
}
