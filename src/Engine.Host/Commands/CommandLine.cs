using System.CommandLine;
using System.CommandLine.Invocation;
using System.IO;
using System.Linq;
using System.Reflection;

namespace DataStream.Host.Commands;

/// <summary>The grammar of <c>datastream</c>: commands, options, help and version.</summary>
internal static class CommandLine
{
    private static readonly string[] s_names = ["run", "batch", "check", "explain", "schema", "infer", "dead"];

    public static string Version { get; } =
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static ParseResult Parse(string[] arguments, TextWriter output, TextWriter error) =>
        // '@name' is a file name like any other, and -abc is no bundle of options.
        Root(arguments, output, error, [.. arguments.SkipWhile(word => word != "--").Skip(1)]).Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });

    private static PlainRoot Root(string[] arguments, TextWriter output, TextWriter error, string[] plain)
    {
        var root = new PlainRoot("Runs stream pipelines from one YAML file: cleaned, aggregated, checked, every event accounted for.", plain);
        root.Options.Remove(root.Options.First(o => o is VersionOption));
        root.Options.Add(new Option<bool>("--version") { Description = "Shows the version", Recursive = true, Action = new ShowVersion(output) });
        // Behind the name of a command nothing names another one: the rest of the tree is for help and mistakes.
        if (arguments is [var asked, ..] && Create(asked, output, error) is { } command)
        {
            root.Subcommands.Add(command);
            return root;
        }

        foreach (string name in s_names)
        {
            root.Subcommands.Add(Create(name, output, error)!);
        }

        return root;
    }

    private static Command? Create(string name, TextWriter output, TextWriter error) => name switch
    {
        "run" => RunCommand.Create(error),
        "batch" => BatchCommand.Create(error),
        "check" => CheckCommand.Create(error),
        "explain" => ExplainCommand.Create(output, error),
        "schema" => SchemaCommand.Create(output),
        "infer" => InferCommand.Create(output),
        "dead" => DeadCommand.Create(error),
        _ => null,
    };

    /// <summary>Whether a word stands behind <c>--</c>, where nothing is an option.</summary>
    public static bool IsPlain(Command command, string word) =>
        command is PlainRoot root ? root.Plain.Contains(word) : command.Parents.OfType<Command>().Any(parent => IsPlain(parent, word));

    private sealed class PlainRoot(string description, string[] plain) : RootCommand(description)
    {
        public string[] Plain => plain;
    }

    private sealed class ShowVersion(TextWriter output) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            output.WriteLine($"datastream {Version}");
            return 0;
        }
    }
}
