using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>An endpoint's URI, taken apart: <c>file:PATH</c>, <c>file:///ABSOLUTE</c>, <c>stdin:</c>, <c>generator:sensors?events=10</c>.</summary>
/// <param name="Scheme">In lower case, without the colon.</param>
/// <param name="Path">What follows it, never percent-decoded: for a file its path as opened, globs included.</param>
/// <param name="Query">Names and values behind the question mark, of <c>generator:</c> and <c>kafka:</c> alone: in a path it is a character like any other.</param>
public sealed record EndpointUri(string Scheme, string Path, IReadOnlyList<KeyValuePair<string, string>> Query)
{
    private static readonly string[] s_inputs = ["file", "stdin", "generator", "memory", "kafka"];
    private static readonly string[] s_outputs = ["file", "stdout", "null", "memory", "kafka"];

    // Words of later versions and of other programs: their users learn that the word was understood.
    private static readonly string[] s_later =
        ["tcp", "tls", "udp", "unix", "http", "https", "ws", "wss", "mqtt", "mqtts", "nats", "amqp", "amqps", "redis", "s3", "postgres", "postgresql", "sqlite", "sql"];

    /// <summary>Whether the endpoint is a connector's, which reads its own keys and gives or takes messages.</summary>
    public bool IsConnector => Scheme == "kafka";

    /// <summary>Whether the path's extension asks for gzip.</summary>
    public bool IsGzip => Scheme == "file" && Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the path's extension asks for Zstandard.</summary>
    public bool IsZstd => Scheme == "file" && Path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path's extension in lower case without its point, the one before <c>.gz</c> or <c>.zst</c> where there is that; empty when there is none.</summary>
    public string Extension =>
        Scheme != "file" ? "" : System.IO.Path.GetExtension(IsGzip ? Path[..^3] : IsZstd ? Path[..^4] : Path).TrimStart('.').ToLowerInvariant();

    /// <summary>Reads the URI of an input; when false, the error says what is wrong and what to write.</summary>
    public static bool TryParseInput(string text, out EndpointUri uri, out string error) => TryParse(text, true, out uri, out error);

    /// <summary>Reads the URI of an output; when false, the error says what is wrong and what to write.</summary>
    public static bool TryParseOutput(string text, out EndpointUri uri, out string error) => TryParse(text, false, out uri, out error);

    private static bool TryParse(string text, bool input, out EndpointUri uri, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text switch { "stdin" => "stdin:", "stdout" => "stdout:", "discard" => "null:", _ => text };
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string scheme = colon < 0 ? "" : text[..colon].ToLowerInvariant();
        string rest = text[(colon + 1)..];
        uri = new EndpointUri(scheme, rest, []);
        error = Fault(scheme, rest, text, input);
        if (error.Length == 0 && scheme == "file")
        {
            error = TakeFile(rest, out uri);
            uri = !input && IsStandardOutput(uri.Path) ? new EndpointUri("stdout", "", []) : uri;
        }
        else if (error.Length == 0 && scheme is "generator" or "kafka")
        {
            error = TakeQuery(scheme, rest, out uri);
        }

        return error.Length == 0;
    }

    private static string Fault(string scheme, string rest, string text, bool input)
    {
        if (text.Length == 0)
        {
            return "an endpoint's URI is missing";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "an endpoint's URI holds a NUL character";
        }

        // One letter is a drive of Windows.
        if (scheme.Length <= 1 || scheme.AsSpan().IndexOfAny("/\\*? ") >= 0)
        {
            return $"'{text}' has no scheme; a file is written 'file:{text}'";
        }

        string[] known = input ? s_inputs : s_outputs;
        if (Array.IndexOf(known, scheme) < 0)
        {
            return Array.IndexOf(s_later, scheme) >= 0 ? $"'{scheme}:' is not supported in this version"
                : Array.IndexOf(s_inputs, scheme) >= 0 ? $"'{scheme}:' is an input, no output"
                : Array.IndexOf(s_outputs, scheme) >= 0 ? $"'{scheme}:' is an output, no input"
                : $"unknown scheme '{scheme}:'{Spelling.Suggest(scheme, known)}";
        }

        return scheme is "stdin" or "stdout" or "null" && rest.Length > 0 ? $"nothing follows '{scheme}:', but here does '{rest}'"
            : scheme is "memory" or "generator" or "kafka" && rest.Length == 0 ? $"a name is missing behind '{scheme}:'"
            : "";
    }

    // Its device files mean the standard output: what a shell appends to is not emptied, and a pipe's end is quiet.
    private static bool IsStandardOutput(string path) =>
        !OperatingSystem.IsWindows() && path is "/dev/stdout" or "/dev/fd/1" or "/proc/self/fd/1";

    private static string TakeFile(string rest, out EndpointUri uri)
    {
        string path = rest;
        string error = "";
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            path = rest[2..];
            if (!path.StartsWith('/'))
            {
                error = $"'file:{rest}' names a host; a file is written 'file:PATH', or 'file:///PATH' from the root";
            }
            else if (OperatingSystem.IsWindows())
            {
                path = path.TrimStart('/');
            }
        }

        uri = new EndpointUri("file", path, []);
        return error.Length > 0 ? error
            : path.Length == 0 ? "a path is missing behind 'file:'"
            : "";
    }

    private static string TakeQuery(string scheme, string rest, out EndpointUri uri)
    {
        int mark = rest.IndexOf('?', StringComparison.Ordinal);
        List<KeyValuePair<string, string>> query = [];
        uri = new EndpointUri(scheme, mark < 0 ? rest : rest[..mark], query);
        if (mark < 0)
        {
            return "";
        }

        foreach (string part in rest[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                return $"'{part}' is no 'name=value'";
            }

            string name = part[..equals];
            if (query.Exists(pair => pair.Key == name))
            {
                return $"'{name}' is given twice";
            }

            query.Add(new KeyValuePair<string, string>(name, part[(equals + 1)..]));
        }

        return "";
    }
}
