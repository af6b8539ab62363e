namespace DataStream.Runtime;

/// <summary>What a run does beside its configuration.</summary>
public sealed record RunRequest
{
    /// <summary>Ends after exactly this many events, in input order.</summary>
    public long MaxEvents { get; init; } = long.MaxValue;
}
