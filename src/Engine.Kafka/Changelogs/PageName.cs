namespace DataStream.Kafka.Changelogs;

/// <summary>Which page of a state: the part that it is of, by scope and number, and its place there.</summary>
internal readonly record struct PageName(long Scope, int Part, int Number);
