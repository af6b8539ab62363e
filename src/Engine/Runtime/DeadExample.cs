namespace DataStream.Runtime;

/// <summary>The first dead record of a reason: where it lies and how it begins.</summary>
/// <param name="Reason">Why it is dead.</param>
/// <param name="Source">The file, stream or topic.</param>
/// <param name="Line">Its line, or the offset of its message; not above 0 where the format has no lines.</param>
/// <param name="Raw">The beginning of its bytes.</param>
public sealed record DeadExample(string Reason, string Source, long Line, string Raw)
{
    /// <summary>Where it begins, in bytes of the (decompressed) file.</summary>
    public long Offset { get; init; }
}
