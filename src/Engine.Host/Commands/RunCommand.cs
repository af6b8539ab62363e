using System.CommandLine;
using System.IO;

namespace DataStream.Host.Commands;

/// <summary><c>datastream run [CONFIG]</c>.</summary>
internal static class RunCommand
{
    public static Command Create(TextWriter error)
    {
        var command = new Command("run", "Runs the pipeline until its input ends or SIGTERM/SIGINT");
        Argument<string?> config = ConfigArgument(ArgumentArity.ZeroOrOne, $"The configuration (default: {PipelineOptions.DefaultConfig})");
        command.Arguments.Add(config);
        var pipeline = new PipelineOptions(command);
        var options = new RunOptions(command);
        command.SetAction(parsed => RunSession.Execute(pipeline.Request(parsed, parsed.GetValue(config)), options.Read(parsed), error));
        return command;
    }

    /// <summary>The positional CONFIG.</summary>
    public static Argument<string?> ConfigArgument(ArgumentArity arity, string description)
    {
        var argument = new Argument<string?>("CONFIG") { Arity = arity, Description = description };
        argument.Validators.Add(UsageErrors.RefuseOptionLike);
        return argument;
    }
}
