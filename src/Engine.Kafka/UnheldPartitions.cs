using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DataStream.Kafka;

/// <summary>
/// Asks the group which partitions no member has, and how far those are behind. Where the brokers do not let us ask, there are none. Reader thread only: it never waits for an answer, and
/// each question follows the answer to the one before it there, so that none is asked of a client that is gone.
/// </summary>
/// <param name="input">Whose group it is, and where partitions without a commit begin.</param>
/// <param name="coverage">Knows all partitions, and whom to ask.</param>
internal sealed class UnheldPartitions(KafkaInput input, GroupCoverage coverage)
{
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(5);

    private Task<DescribeConsumerGroupsResult>? _members;
    private Task<List<ListConsumerGroupOffsetsResult>>? _committed;
    private Task<ListOffsetsResult>? _starts;
    private Task<ListOffsetsResult>? _ends;

    /// <summary>Asks what is next; false: not all is known yet.</summary>
    public bool TryFind(out IReadOnlyCollection<UnheldPartition> found)
    {
        found = [];
        if (_committed is not null)
        {
            return TryMeasure(ref found);
        }

        if (_members is null && coverage.IsOurs)
        {
            return true;
        }

        _members ??= coverage.Admin.DescribeConsumerGroupsAsync([input.Group], new DescribeConsumerGroupsOptions { RequestTimeout = s_answer });
        if (!_members.IsCompleted)
        {
            return false;
        }

        Task<DescribeConsumerGroupsResult> members = _members;
        _members = null;
        // A group that is not at rest tells nobody's partitions, and its members read on meanwhile.
        if (!members.IsCompletedSuccessfully || members.Result.ConsumerGroupDescriptions.Single() is not { State: ConsumerGroupState.Stable } group)
        {
            return true;
        }

        List<TopicPartition> unheld = [.. coverage.All.Except(group.Members.SelectMany(m => m.Assignment.TopicPartitions))];
        if (unheld.Count == 0)
        {
            return true;
        }

        _committed = coverage.Admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(input.Group, unheld)], new ListConsumerGroupOffsetsOptions { RequestTimeout = s_answer });
        _starts = Offsets(unheld, OffsetSpec.Earliest());
        _ends = Offsets(unheld, OffsetSpec.Latest());
        return false;
    }

    private bool TryMeasure(ref IReadOnlyCollection<UnheldPartition> found)
    {
        if (!_committed!.IsCompleted || !_starts!.IsCompleted || !_ends!.IsCompleted)
        {
            return false;
        }

        if (_committed.IsCompletedSuccessfully && _starts.IsCompletedSuccessfully && _ends.IsCompletedSuccessfully)
        {
            Dictionary<TopicPartition, long> starts = Known(_starts.Result);
            Dictionary<TopicPartition, long> ends = Known(_ends.Result);
            found = [.. _committed.Result.Single().Partitions.Select(p => new UnheldPartition(p.Topic, p.Partition.Value, Behind(p, starts, ends))).Where(p => p.Lag > 0)];
        }

        (_committed, _starts, _ends) = (null, null, null);
        return true;
    }

    private Task<ListOffsetsResult> Offsets(IEnumerable<TopicPartition> partitions, OffsetSpec spec) =>
        coverage.Admin.ListOffsetsAsync(partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = spec }), new ListOffsetsOptions { RequestTimeout = s_answer });

    private long Behind(TopicPartitionOffsetError committed, Dictionary<TopicPartition, long> starts, Dictionary<TopicPartition, long> ends)
    {
        long end = ends.GetValueOrDefault(committed.TopicPartition);
        return end - (committed.Offset.Value >= 0 ? committed.Offset.Value : input.StartsEarliest ? starts.GetValueOrDefault(committed.TopicPartition) : end);
    }

    private static Dictionary<TopicPartition, long> Known(ListOffsetsResult answer) =>
        answer.ResultInfos.Select(r => r.TopicPartitionOffsetError).Where(o => !o.Error.IsError).ToDictionary(o => o.TopicPartition, o => o.Offset.Value);
}
