using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace DataStream.Kafka;

/// <summary>Says it when no member of the group has a partition that has messages: <see cref="ProgressWatch"/> knows of ours alone. Reader thread only.</summary>
/// <param name="group">The group.</param>
/// <param name="warn">Gets a sentence: once when nobody has had a partition for <see cref="ProgressWatch.Patience"/>, and again each <see cref="ProgressWatch.Again"/> while that is so.</param>
internal sealed class UnheldWatch(string group, Action<string> warn)
{
    private readonly Dictionary<(string Topic, int Number), (long Since, long Next)> _known = [];

    /// <summary>The group was asked.</summary>
    /// <param name="found">Those that nobody has, and that have messages.</param>
    /// <param name="now">Milliseconds of a clock that never goes back.</param>
    public void Note(IReadOnlyCollection<UnheldPartition> found, long now)
    {
        foreach ((string, int) held in _known.Keys.Except(found.Select(f => (f.Topic, f.Number))).ToArray())
        {
            _known.Remove(held);
        }

        foreach (UnheldPartition partition in found)
        {
            if (!_known.TryGetValue((partition.Topic, partition.Number), out (long Since, long Next) known))
            {
                _known.Add((partition.Topic, partition.Number), (now, now + ProgressWatch.Patience));
            }
            else if (now >= known.Next)
            {
                _known[(partition.Topic, partition.Number)] = known with { Next = now + ProgressWatch.Again };
                warn(string.Create(CultureInfo.InvariantCulture,
                    $"kafka: topic '{partition.Topic}', partition {partition.Number}: no member of group '{group}' has had it for {(now - known.Since) / 1000} s, and it is {partition.Lag} messages behind: nobody reads it"));
            }
        }
    }
}
