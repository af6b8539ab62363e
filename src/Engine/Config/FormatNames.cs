namespace DataStream.Config;

/// <summary>The format that a URI stands for where the configuration names none.</summary>
public static class FormatNames
{
    /// <summary>By the path's extension, before <c>.gz</c> or <c>.zst</c>; <c>generator:</c> is csv; all else is json.</summary>
    public static string Of(string uri)
    {
        if (!EndpointUri.TryParseInput(uri, out EndpointUri parsed, out _) && !EndpointUri.TryParseOutput(uri, out parsed, out _))
        {
            return "json";
        }

        return parsed.Scheme == "generator" ? "csv" : parsed.Extension switch
        {
            "csv" => "csv",
            "msgpack" => "msgpack",
            "avro" => "avro",
            _ => "json",
        };
    }
}
