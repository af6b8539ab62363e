using System;

namespace DataStream.Config;

/// <summary>Judges the form of endpoint URIs where they are written; what a connector makes of the rest is its own.</summary>
internal sealed class UriReader(ConfigErrors errors)
{
    /// <summary>The URI in its full form (<c>stdin</c> is <c>stdin:</c>), or null with an error.</summary>
    public string? Read(ConfigScalar scalar, bool isInput)
    {
        bool good = isInput ? EndpointUri.TryParseInput(scalar.Value, out _, out string error) : EndpointUri.TryParseOutput(scalar.Value, out _, out error);
        if (good)
        {
            return scalar.Value switch { "stdin" => "stdin:", "stdout" => "stdout:", "discard" => "null:", var uri => uri };
        }

        errors.Add(scalar.Place, error.Contains("not supported in this version", StringComparison.Ordinal) ? "not_supported" : "bad_uri", error);
        return null;
    }

    /// <summary>What tells two outputs apart: a file's full path, or the URI; null where rows only vanish.</summary>
    public static string? Target(string uri)
    {
        _ = EndpointUri.TryParseOutput(uri, out EndpointUri parsed, out _);
        return parsed.Scheme switch
        {
            "null" => null,
            "file" when parsed.Path == "/dev/null" => null,
            "file" => System.IO.Path.GetFullPath(parsed.Path),
            "kafka" => "kafka:" + parsed.Path,
            "memory" => uri,
            _ => parsed.Scheme + ":",
        };
    }
}
