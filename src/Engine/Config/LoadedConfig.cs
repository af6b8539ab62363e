namespace DataStream.Config;

/// <summary>What loading gave.</summary>
/// <param name="Config">What could be read, also beside errors, so that the planner can find more of them; null after an error that comes alone.</param>
/// <param name="Errors">Every mistake so far.</param>
public sealed record LoadedConfig(PipelineConfig? Config, ConfigErrors Errors);
