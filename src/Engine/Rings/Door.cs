namespace DataStream.Rings;

/// <summary>Where threads sleep until a bell rings: a count of rounds, and sleepers who wait for it to change.</summary>
internal abstract class Door
{
    /// <summary>Rounds so far, up to a whole turn of the counter.</summary>
    public abstract long Round { get; }

    /// <summary>Sleeps for as long as this is the round.</summary>
    public abstract void SleepWhile(long round);

    /// <summary>Counts a round, behind all that the caller has written, and wakes every sleeper.</summary>
    public abstract void NextRound();
}
