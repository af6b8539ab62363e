namespace DataStream.Tests.Pipelines;

/// <summary>An event of <see cref="NaivePipeline"/>: milliseconds, and the highest time before it.</summary>
internal sealed record Reading(long Time, string Key, double? Value, long? Number, long? Earlier, int Arrival);
