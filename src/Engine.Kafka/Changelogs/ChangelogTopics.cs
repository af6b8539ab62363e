using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Flow;

namespace DataStream.Kafka.Changelogs;

/// <summary>The compacted topics that states are kept in, one for each module, with as many partitions as the input has.</summary>
internal sealed class ChangelogTopics(KafkaInput input, IReadOnlyList<KeptState> states)
{
    private const int LongestTopic = 247; // of 249: '-repartition' is longer by two
    private static readonly Dictionary<string, string> s_settings = new() { ["cleanup.policy"] = "compact", ["min.cleanable.dirty.ratio"] = "0.1", ["segment.ms"] = "600000" };

    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal); // whose partitions have their places
    private int _partitions;

    /// <summary>The topics in the order of the states.</summary>
    public IReadOnlyList<string> Names { get; } = [.. states.Select(state => NameOf(input.StateGroup, state.Name))];

    public static string NameOf(string group, string module) => $"{group}-{module}-changelog";

    /// <summary>Why the name cannot be a topic's, or null.</summary>
    public static string? FaultOf(string group, string module) =>
        NameOf(group, module) is var name && name.Length <= LongestTopic && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')
            ? null : $"the state of '{module}' would be in the topic '{name}', which is no topic's name: letters, digits, '.', '_' and '-', at most {LongestTopic}; change the group's or the module's";

    /// <summary>Makes the topics where they are not there, with a place for each partition of these partitions' topics, which may have grown.</summary>
    /// <returns>How many partitions they have got; 0: they had them.</returns>
    /// <exception cref="StopException">75: they cannot be made.</exception>
    public int Ensure(IReadOnlyCollection<PartitionProgress> partitions)
    {
        string[] unknown = [.. partitions.Where(p => p.Number >= _partitions || !_inputs.Contains(p.Topic)).Select(p => p.Topic).Distinct(StringComparer.Ordinal)];
        if (unknown.Length == 0)
        {
            return 0;
        }

        int asked = Topics.Require(input.Settings(), unknown, "read", input.Principal, input.Config.Errors).Values.Max();
        int needed = Math.Max(asked, partitions.Max(p => p.Number) + 1); // not every broker knows of new ones at once
        _inputs.UnionWith(unknown);
        if (needed <= _partitions)
        {
            return 0;
        }

        InternalTopics.Ensure(input, Names, needed, s_settings, grow: true);
        return _partitions = needed;
    }
}
