namespace DataStream.Runtime;

/// <summary>A stage's work over all lanes.</summary>
public sealed record StageReport(string Name, long Events, double NanosecondsPerEvent, long AllocatedBytes);
