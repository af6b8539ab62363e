namespace DataStream.Host.Commands;

/// <summary>How to run, besides what to run.</summary>
/// <param name="Report">The file for the report, or null.</param>
/// <param name="MaxEvents">Events after which the run ends; null: none.</param>
/// <param name="DurationMicroseconds">Time after which the run ends; null: none.</param>
/// <param name="ShowsProgress">Whether a terminal gets live progress.</param>
internal sealed record RunSettings(string? Report, long? MaxEvents, long? DurationMicroseconds, bool ShowsProgress);
