using DataStream.Config;

namespace DataStream.Plans;

/// <summary>A kind of endpoint that comes with another project: reads its keys at plan time, and opens inputs and outputs of messages. No network before a run.</summary>
public abstract class Connector
{
    /// <summary>The scheme of its URIs.</summary>
    public abstract string Scheme { get; }

    /// <summary>An input with its keys read; mistakes, unknown keys among them, go to <paramref name="errors"/>, and null comes back.</summary>
    public abstract ConnectorInput? BindInput(EndpointConfig input, PipelineConfig config, ConfigErrors errors);

    /// <summary>An output with those of its keys read that are no format's (<see cref="IsOutputKey"/>).</summary>
    public abstract ConnectorOutput? BindOutput(OutputConfig output, PipelineConfig config, ConfigErrors errors);

    /// <summary>An output's keys that are the connector's, not the format's.</summary>
    public static bool IsOutputKey(string key) => key is "key" or "timestamp" or "options";
}
