namespace DataStream.Runtime;

/// <summary>A stage's work over all lanes.</summary>
public sealed record StageReport(string Name, long Events, double NanosecondsPerEvent, long AllocatedBytes)
{
    /// <summary>The events over which <see cref="AllocatedBytes"/> were counted: those behind the warm-up.</summary>
    internal long Weighed { get; init; }
}
