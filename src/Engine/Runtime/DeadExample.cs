namespace DataStream.Runtime;

/// <summary>The first dead record of a reason: where it lies and how it begins.</summary>
public sealed record DeadExample(string Reason, string Source, long Line, string Raw);
