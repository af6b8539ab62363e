namespace DataStream.Kafka;

/// <summary>A partition that no member of the group has.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Number">Its number.</param>
/// <param name="Lag">Messages behind where the group is committed.</param>
internal readonly record struct UnheldPartition(string Topic, int Number, long Lag);
