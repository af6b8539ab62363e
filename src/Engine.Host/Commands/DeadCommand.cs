using System;
using System.CommandLine;
using System.IO;

namespace DataStream.Host.Commands;

/// <summary><c>datastream dead replay --from URI CONFIG</c>: sends the dead letters of a topic through the pipeline again.</summary>
internal static class DeadCommand
{
    public static Command Create(TextWriter error)
    {
        var replay = new Command("replay", "Sends the dead letters of a topic through the pipeline again, up to the topic's present end");
        var from = new Option<string>("--from") { HelpName = "URI", Description = "The topic of dead letters: kafka://brokers/topic", Required = true };
        Argument<string?> config = RunCommand.ConfigArgument(ArgumentArity.ZeroOrOne, $"The configuration (default: {PipelineOptions.DefaultConfig})");
        replay.Options.Add(from);
        replay.Arguments.Add(config);
        var pipeline = new PipelineOptions(replay);
        var options = new RunOptions(replay);
        replay.SetAction(parsed =>
        {
            string uri = parsed.GetValue(from)!;
            if (!uri.StartsWith("kafka:", StringComparison.OrdinalIgnoreCase))
            {
                throw new UsageException($"dead letters are replayed from a topic, --from kafka://brokers/topic, not from '{uri}'; of those in a file 'raw' is the record");
            }

            return pipeline.HasStreamInput(parsed)
                ? throw new UsageException("dead replay reads what --from names: --stream-input does not go with it")
                : RunSession.Execute(pipeline.Request(parsed, parsed.GetValue(config)) with { ReplayFrom = uri }, options.Read(parsed), error);
        });
        return new Command("dead", "Dead letters: see 'replay'") { replay };
    }
}
