using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;

namespace DataStream.Host.Commands;

/// <summary><c>datastream batch CONFIG FILE…</c>: the same pipeline over files.</summary>
internal static class BatchCommand
{
    public static Command Create(TextWriter error)
    {
        var command = new Command("batch", "Runs the pipeline over files (globs too) in place of its input");
        var words = new Argument<string[]>("CONFIG FILE…") { Arity = ArgumentArity.OneOrMore, Description = "The configuration, then the files; the files alone with --config-file" };
        words.Validators.Add(UsageErrors.RefuseOptionLike);
        command.Arguments.Add(words);
        var pipeline = new PipelineOptions(command);
        var options = new RunOptions(command);
        command.SetAction(parsed =>
        {
            List<string> files = [.. parsed.GetValue(words)!];
            string? config = null;
            if (!pipeline.HasConfigFile(parsed) || IsConfiguration(files[0]))
            {
                config = files[0];
                files.RemoveAt(0);
            }

            if (pipeline.HasStreamInput(parsed))
            {
                throw new UsageException("batch reads the files it is given: --stream-input does not go with it");
            }

            DataStream.Config.ConfigRequest request = pipeline.Request(parsed, config);
            return files.Count == 0
                ? throw new UsageException("batch needs at least one FILE behind CONFIG")
                : RunSession.Execute(request with { BatchFiles = files }, options.Read(parsed), error);
        });
        return command;
    }

    private static bool IsConfiguration(string file) =>
        file.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);
}
