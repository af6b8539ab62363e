using System;

namespace DataStream.Config;

/// <summary>The format that a URI stands for where the configuration names none.</summary>
public static class FormatNames
{
    /// <summary>By the path's extension, before <c>.gz</c>; <c>generator:</c> is csv; all else is json.</summary>
    public static string Of(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (uri.StartsWith("generator:", StringComparison.Ordinal))
        {
            return "csv";
        }

        if (!uri.StartsWith("file:", StringComparison.Ordinal))
        {
            return "json";
        }

        string path = uri.ToLowerInvariant();
        path = path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;
        return path[(path.LastIndexOfAny(['.', '/', '\\']) + 1)..] switch
        {
            "csv" => "csv",
            "msgpack" or "mpk" => "msgpack",
            "avro" => "avro",
            _ => "json",
        };
    }
}
