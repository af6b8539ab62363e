namespace DataStream.Config;

/// <summary>A value given on the command line, laid over the file.</summary>
/// <param name="Path">The dotted key, list items by index: <c>modules.0.threshold</c>. Unused for <c>--stream-input</c>, <c>--stream-output</c> and <c>--threads</c>.</param>
/// <param name="Value">One scalar: it can add no structure.</param>
/// <param name="Option">The option's name, for the place of errors: <c>--set</c>, <c>--stream-input</c>, <c>--stream-output</c> (replaces <c>main</c> alone), <c>--threads</c>.</param>
public sealed record ConfigOverlay(string Path, string Value, string Option)
{
    public static ConfigOverlay Set(string path, string value) => new(path, value, "--set");

    public static ConfigOverlay StreamInput(string uri) => new("stream_settings.stream_input", uri, "--stream-input");

    public static ConfigOverlay StreamOutput(string uri) => new("stream_settings.stream_output", uri, "--stream-output");

    public static ConfigOverlay Threads(string count) => new("performance_tuning.threads", count, "--threads");
}
