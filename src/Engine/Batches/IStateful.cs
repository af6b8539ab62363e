namespace DataStream.Batches;

/// <summary>What keeps something from one payload to the next, and can be kept itself and made again from that, in another process too.</summary>
public interface IStateful
{
    /// <summary>Shows everything that is kept, always the same things in the same order; while <see cref="StateWalk.IsLoading"/> they are put back instead. Lane thread, between payloads.</summary>
    /// <remarks>What depends on the process (seeds of hashes, numbers of payloads) is made anew when the rest is back. Saving allocates nothing managed.</remarks>
    void Walk(StateWalk walk);
}
