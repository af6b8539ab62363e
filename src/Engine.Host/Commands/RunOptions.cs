using System.CommandLine;

namespace DataStream.Host.Commands;

/// <summary>The options that <c>run</c> and <c>batch</c> share besides those of <see cref="PipelineOptions"/>.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> _report = new("--report") { HelpName = "FILE.json", Description = "Writes the run's figures here at its end" };
    private readonly Option<long?> _maxEvents = PipelineOptions.Count("--max-events", "Ends after exactly this many events, in input order");
    private readonly Option<long?> _duration = PipelineOptions.Duration("--duration", "Ends after this time, as if the input had ended");
    private readonly Option<bool> _noProgress = new("--no-progress") { Description = "No live progress on a terminal" };

    public RunOptions(Command command)
    {
        foreach (Option option in new Option[] { _report, _maxEvents, _duration, _noProgress })
        {
            command.Options.Add(option);
        }
    }

    public RunSettings Read(ParseResult parsed) =>
        new(parsed.GetValue(_report), parsed.GetValue(_maxEvents), parsed.GetValue(_duration), !parsed.GetValue(_noProgress));
}
