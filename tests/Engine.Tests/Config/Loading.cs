using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Config;

namespace DataStream.Tests.Config;

/// <summary>Loads a text as <c>config.yaml</c>, apart from the process's environment.</summary>
internal static class Loading
{
    public const string Good = """
        stream_settings:
          stream_input: file:in.csv
          stream_output: file:out.csv
          input_format: csv
          output_format: csv
          schema: {id: int64, v: float64}

        """;

    public static LoadedConfig Load(string yaml, Dictionary<string, string>? environment = null, params ConfigOverlay[] options) =>
        ConfigLoader.LoadText(new ConfigRequest("config.yaml") { Environment = environment ?? [], Options = options }, Encoding.UTF8.GetBytes(yaml));

    public static PipelineConfig LoadGood(string yaml, Dictionary<string, string>? environment = null, params ConfigOverlay[] options)
    {
        LoadedConfig loaded = Load(yaml, environment, options);
        Xunit.Assert.Equal("", string.Join('\n', loaded.Errors.Sorted()));
        return loaded.Config!;
    }

    /// <summary><c>LINE:COLUMN</c>, <c>env:NAME</c> or <c>--option</c> of each error in order, with a space between.</summary>
    public static string Places(LoadedConfig loaded) =>
        string.Join(' ', loaded.Errors.Sorted().Select(e => e.Place.ToString().Replace("config.yaml:", "", System.StringComparison.Ordinal)));

    public static string Text(LoadedConfig loaded) => string.Join('\n', loaded.Errors.Sorted());
}
