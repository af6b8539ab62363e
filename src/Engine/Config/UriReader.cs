using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Config;

/// <summary>Judges the form of endpoint URIs; what a connector makes of the rest is its own.</summary>
internal sealed class UriReader(ConfigErrors errors)
{
    private static readonly string[] s_inputs = ["file", "stdin", "generator", "memory"];
    private static readonly string[] s_outputs = ["file", "stdout", "null"];

    /// <summary>Schemes of later versions.</summary>
    private static readonly string[] s_later =
        ["kafka", "tcp", "tcps", "tls", "udp", "unix", "http", "https", "ws", "wss", "grpc", "mqtt", "mqtts", "nats", "amqp", "amqps", "rabbitmq", "redis", "rediss",
            "postgres", "postgresql", "sqlite", "mysql", "s3", "gs", "az", "parquet", "arrow", "pipe"];

    /// <summary>The URI in its full form (<c>stdin</c> is <c>stdin:</c>), or null with an error.</summary>
    public string? Read(ConfigScalar scalar, bool isInput)
    {
        string uri = scalar.Value switch
        {
            "stdin" => "stdin:",
            "stdout" => "stdout:",
            "discard" => "null:",
            _ => scalar.Value,
        };
        int colon = uri.IndexOf(':', StringComparison.Ordinal);
        string scheme = colon < 0 ? "" : uri[..colon];
        if (scheme.Length < 2 || !IsScheme(scheme))
        {
            // A single letter is a drive of Windows, no scheme.
            string shown = Texts.Short(scalar.Shown);
            return Refuse(scalar, "bad_uri", uri.Length == 0 ? "a URI is missing, such as file:data.csv" : $"'{shown}' is no URI; a file is written 'file:{shown}'");
        }

        string[] known = isInput ? s_inputs : s_outputs;
        if (known.Contains(scheme))
        {
            return Rest(scalar, uri, scheme, uri[(colon + 1)..]);
        }

        string direction = isInput ? "input" : "output";
        if (s_later.Contains(scheme.ToLowerInvariant()))
        {
            return Refuse(scalar, "not_supported", $"the endpoint '{scheme}:' is not supported in this version");
        }

        if (s_inputs.Contains(scheme) || s_outputs.Contains(scheme))
        {
            return Refuse(scalar, "bad_uri", $"'{scheme}:' cannot be an {direction}; there is: {string.Join(", ", known.Select(k => k + ":"))}");
        }

        return Refuse(scalar, "unknown_scheme", $"there is no endpoint '{Texts.Short(scheme)}:'{Spelling.Suggest(Texts.Short(scheme), known)}");
    }

    private string? Rest(ConfigScalar scalar, string uri, string scheme, string rest)
    {
        switch (scheme)
        {
            case "stdin" or "stdout" or "null" when rest.Length > 0:
                return Refuse(scalar, "bad_uri", $"nothing follows '{scheme}:'");
            case "file" when FilePath(uri).Length == 0:
                return Refuse(scalar, "bad_uri", "a path is missing behind 'file:'");
            case "file" when rest.StartsWith("//", StringComparison.Ordinal) && !rest.StartsWith("///", StringComparison.Ordinal):
                return Refuse(scalar, "bad_uri", "a file's path is relative (file:data/in.csv) or absolute (file:///data/in.csv), without a host");
            case "file" when rest.Contains('\0', StringComparison.Ordinal):
                return Refuse(scalar, "bad_uri", "a path cannot have a NUL in it");
            case "file" when rest.EndsWith(".zst", StringComparison.OrdinalIgnoreCase):
                return Refuse(scalar, "not_supported", "'.zst' files are not supported in this version; .gz is");
            case "memory" when rest.Length == 0:
                return Refuse(scalar, "bad_uri", "a name is missing behind 'memory:'");
            case "generator" when rest != "sensors" && !rest.StartsWith("sensors?", StringComparison.Ordinal):
                return Refuse(scalar, "bad_uri", "there is one generator: generator:sensors");
            default:
                return uri;
        }
    }

    private string? Refuse(ConfigScalar scalar, string code, string message)
    {
        errors.Add(scalar.Place, code, message);
        return null;
    }

    /// <summary>The path of a <c>file:</c> URI: <c>file:///abs</c> is <c>/abs</c>; never percent-decoded.</summary>
    public static string FilePath(string uri) =>
        uri.StartsWith("file:///", StringComparison.Ordinal) ? uri["file://".Length..] : uri["file:".Length..];

    private static bool IsScheme(string text) =>
        char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.');
}
