using System;
using DataStream.Config;

namespace DataStream.Sinks;

/// <summary>Makes sinks from URIs.</summary>
public static class Targets
{
    /// <summary>The sink of an output; nothing is opened or emptied before <see cref="Sink.Open"/>.</summary>
    /// <exception cref="ArgumentException">The scheme is no output's.</exception>
    public static Sink Make(EndpointUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return uri.Scheme switch
        {
            "file" => new FileSink(uri.Path),
            "stdout" => new StdoutSink(),
            "null" => new NullSink(),
            _ => throw new ArgumentException($"'{uri.Scheme}:' is no output", nameof(uri)),
        };
    }
}
