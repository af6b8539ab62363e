using System;
using System.Collections.Generic;
using System.Globalization;

namespace DataStream.Kafka;

/// <summary>Says it when a partition has messages that are not read, or read ones that are not acknowledged, and nothing moves: where it stands and what is waited for. Reader thread only.</summary>
/// <param name="warn">Gets a sentence: once when a partition has stood still for <see cref="Patience"/>, and again each <see cref="Again"/> while it does.</param>
internal sealed class ProgressWatch(Action<string> warn)
{
    /// <summary>Milliseconds without progress until something is said.</summary>
    public const long Patience = 30_000;

    /// <summary>Milliseconds until it is said again.</summary>
    public const long Again = 300_000;

    private readonly Dictionary<PartitionProgress, Standing> _standing = [];

    /// <summary>Looks at every partition; cheap, but not for every message.</summary>
    /// <param name="partitions">All that the run has met.</param>
    /// <param name="now">Milliseconds of a clock that never goes back.</param>
    /// <param name="isFull">The pipeline takes nothing more at the moment.</param>
    /// <param name="restored">While states of partitions are read: how many of their messages were, of about how many. All wait for that, and it is progress.</param>
    /// <param name="outputs">How many payloads they have acknowledged, where nothing is read until they have: that is all that can move then.</param>
    public void Look(IReadOnlyList<PartitionProgress> partitions, long now, bool isFull, (long Read, long All) restored = default, long outputs = 0)
    {
        for (int i = 0; i < partitions.Count; i++)
        {
            PartitionProgress partition = partitions[i];
            if (!partition.IsOwned || (partition.Lag == 0 && !partition.HasUnacknowledged))
            {
                _standing.Remove(partition);
                continue;
            }

            (long, long, long, long) place = (partition.Reached, partition.Acknowledged, restored.Read, outputs);
            if (!_standing.TryGetValue(partition, out Standing standing) || standing.Place != place)
            {
                _standing[partition] = new Standing(place, now, now + Patience);
            }
            else if (now >= standing.Next)
            {
                _standing[partition] = standing with { Next = now + Again };
                warn(Describe(partition, now - standing.Since, isFull, restored));
            }
        }
    }

    private static string Describe(PartitionProgress partition, long milliseconds, bool isFull, (long Read, long All) restored)
    {
        string at = partition.Reached >= 0 ? string.Create(CultureInfo.InvariantCulture, $"offset {partition.Reached}") : "its first message";
        string waits = partition.HasUnacknowledged ? string.Create(CultureInfo.InvariantCulture, $"for the outputs to acknowledge what was read from offset {Math.Max(0, partition.Acknowledged)} on")
            : restored.All > 0 ? string.Create(CultureInfo.InvariantCulture, $"for the states of partitions that came, of which {restored.Read} of about {restored.All} messages were read")
            : isFull ? "for room in the pipeline: an output is slow or stands"
            : "for the broker, which sends nothing";
        return string.Create(CultureInfo.InvariantCulture,
            $"kafka: topic '{partition.Topic}', partition {partition.Number}: no progress for {milliseconds / 1000} s at {at}, {partition.Lag} messages behind; it waits {waits}");
    }

    private readonly record struct Standing((long Reached, long Acknowledged, long Restored, long Outputs) Place, long Since, long Next);
}
