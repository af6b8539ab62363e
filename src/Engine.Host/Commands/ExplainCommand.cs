using System.CommandLine;
using System.IO;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Runtime;

namespace DataStream.Host.Commands;

/// <summary><c>datastream explain CONFIG</c>: the plan, without running it.</summary>
internal static class ExplainCommand
{
    public static Command Create(TextWriter output, TextWriter error)
    {
        var command = new Command("explain", "Shows the plan: stages, columns, lanes and why, budgets byte by byte, cores");
        Argument<string?> config = RunCommand.ConfigArgument(ArgumentArity.ZeroOrOne, $"The configuration (default: {PipelineOptions.DefaultConfig})");
        var measured = new Option<bool>("--measured") { Description = "Also runs a sample and shows measured prices (not supported in this version)" };
        command.Arguments.Add(config);
        command.Options.Add(measured);
        var pipeline = new PipelineOptions(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(measured))
            {
                throw new UsageException("--measured is not supported in this version: stages of a run are timed in its --report");
            }

            if (Planning.Build(pipeline.Request(parsed, parsed.GetValue(config)), new RunRequest(), error) is not { } plan)
            {
                return ExitCode.Configuration;
            }

            output.Write(Explain.Text(plan));
            return ExitCode.Done;
        });
        return command;
    }
}
