using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Linq;
using DataStream.Config;

namespace DataStream.Host.Commands;

/// <summary>The options by which a command finds its configuration and lays values over it.</summary>
internal sealed class PipelineOptions
{
    public const string DefaultConfig = "config/config.yaml";

    private readonly Option<string> _configFile = new("--config-file", "--config_file")
    { HelpName = "FILE", Description = $"The configuration (instead of CONFIG; {DefaultConfig} without either)" };

    private readonly Option<string> _streamInput = new("--stream-input", "--stream_input")
    { HelpName = "URI", Description = "Reads this input instead of the configured one" };

    private readonly Option<string> _streamOutput = new("--stream-output", "--stream_output")
    { HelpName = "URI", Description = "Writes the output 'main' here; other outputs stay" };

    private readonly Option<string[]> _set = new("--set")
    { HelpName = "KEY=VALUE", Description = "Sets one dotted key, list items by index: modules.0.threshold=4 (repeatable)", Arity = ArgumentArity.OneOrMore };

    private readonly Option<string> _threads = new("--threads")
    { HelpName = "N", Description = "Lanes (performance_tuning.threads)" };

    /// <summary>Adds the options to a command.</summary>
    public PipelineOptions(Command command)
    {
        _set.AllowMultipleArgumentsPerToken = false;
        _set.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens.Where(t => t.Value.IndexOf('=') <= 0))
            {
                result.AddError($"--set takes KEY=VALUE, not '{token.Value}'");
            }
        });
        foreach (Option option in new Option[] { _configFile, _streamInput, _streamOutput, _set, _threads })
        {
            command.Options.Add(option);
        }
    }

    public bool HasConfigFile(ParseResult parsed) => parsed.GetResult(_configFile) is not null;

    public bool HasStreamInput(ParseResult parsed) => parsed.GetResult(_streamInput) is not null;

    /// <summary>What to load: the file named in one way, and the overlays in the order given.</summary>
    /// <exception cref="UsageException">The file is named twice.</exception>
    public ConfigRequest Request(ParseResult parsed, string? config)
    {
        string? byOption = parsed.GetValue(_configFile);
        if (config is not null && byOption is not null)
        {
            throw new UsageException($"the configuration is named twice: '{config}' and --config-file '{byOption}'");
        }

        return new ConfigRequest(config ?? byOption ?? DefaultConfig) { Options = Overlays(parsed) };
    }

    private static List<ConfigOverlay> Overlays(ParseResult parsed)
    {
        var overlays = new List<ConfigOverlay>();
        for (int i = 0; i + 1 < parsed.Tokens.Count; i++)
        {
            if (parsed.Tokens[i].Type != TokenType.Option || parsed.Tokens[i + 1].Type != TokenType.Argument)
            {
                continue;
            }

            string value = parsed.Tokens[i + 1].Value;
            int equals = value.IndexOf('=');
            ConfigOverlay? overlay = parsed.Tokens[i].Value switch
            {
                "--stream-input" or "--stream_input" => ConfigOverlay.StreamInput(value),
                "--stream-output" or "--stream_output" => ConfigOverlay.StreamOutput(value),
                "--threads" => ConfigOverlay.Threads(value),
                "--set" => ConfigOverlay.Set(value[..equals], value[(equals + 1)..]),
                _ => null,
            };
            if (overlay is not null)
            {
                overlays.Add(overlay);
            }
        }

        return overlays;
    }

    /// <summary>An option that takes a whole number of at least 1.</summary>
    public static Option<long?> Count(string name, string description) => new(name)
    {
        HelpName = "N",
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value >= 1)
            {
                return value;
            }

            result.AddError($"{name} takes a whole number from 1 on, not '{text}'");
            return null;
        },
    };

    /// <summary>An option that takes a duration, in microseconds.</summary>
    public static Option<long?> Duration(string name, string description) => new(name)
    {
        HelpName = "DURATION",
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (Units.TryParseDuration(text, out long value) && value > 0)
            {
                return value;
            }

            result.AddError($"{name} takes a duration such as 500ms, 30s or 5m, not '{text}'");
            return null;
        },
    };
}
