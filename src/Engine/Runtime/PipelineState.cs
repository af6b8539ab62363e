namespace DataStream.Runtime;

/// <summary>Where a pipeline is in its life.</summary>
public enum PipelineState
{
    Created,
    Running,
    Completed,
    Failed,
}
