namespace DataStream.Rings;

/// <summary>What a waiting side counts and learns.</summary>
internal struct WaitCounts
{
    /// <summary>How often this side had to wait.</summary>
    public long Waits;

    /// <summary>How many pauses its next wait spins: <see cref="LearningBackoff"/> learns from wait to wait.</summary>
    public int Spins;
}
