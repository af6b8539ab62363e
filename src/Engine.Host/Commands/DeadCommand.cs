using System.CommandLine;

namespace DataStream.Host.Commands;

/// <summary><c>datastream dead replay</c> comes with Kafka: until then it says so.</summary>
internal static class DeadCommand
{
    public static Command Create()
    {
        var replay = new Command("replay", "Sends dead letters through the pipeline again (not supported in this version)");
        replay.Options.Add(new Option<string>("--from") { HelpName = "URI", Description = "Where the dead letters are" });
        replay.Arguments.Add(new Argument<string?>("CONFIG") { Arity = ArgumentArity.ZeroOrOne });
        replay.SetAction(int (_) => throw new UsageException("'dead replay' is not supported in this version"));
        return new Command("dead", "Dead letters: see 'replay'") { replay };
    }
}
