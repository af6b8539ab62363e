using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DataStream.Kafka;

/// <summary>
/// Whether every partition is in somebody's hands, before <c>until: end</c> ends: one that is on its way from one member to another has no owner, and if both thought that they were
/// done nobody would read it. Who is asked is the group's coordinator. Reader thread only.
/// </summary>
/// <param name="input">Whose group it is.</param>
/// <param name="consumer">Our member.</param>
/// <param name="partitions">Those that we have met.</param>
/// <param name="sizes">How many partitions each topic has; empty: the topics are a pattern's, and those that we have met count.</param>
internal sealed class GroupCoverage(KafkaInput input, IConsumer<Ignore, Ignore> consumer, PartitionTable partitions, IReadOnlyDictionary<string, int> sizes) : IDisposable
{
    private const int Interval = 50; // milliseconds between questions
    private const int Moment = 10; // milliseconds that an answer usually takes at most
    private const int Patience = 30_000; // milliseconds without an answer, until we end without one
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(5);

    private IAdminClient? _admin;
    private Task<DescribeConsumerGroupsResult>? _asked;
    private long _next;
    private long _failingSince = -1;

    /// <summary>Whether we may end: we have every partition, or somebody has.</summary>
    public bool MayEnd() => (sizes.Count > 0 && partitions.All.Count(p => p.IsOwned) == sizes.Values.Sum()) || IsWhole();

    /// <summary>Asks, and looks at the answer to the last question; false: it is not known yet.</summary>
    public bool IsWhole()
    {
        long now = Environment.TickCount64;
        if (_asked is null && now >= _next)
        {
            _admin ??= new DependentAdminClientBuilder(consumer.Handle).Build();
            _asked = _admin.DescribeConsumerGroupsAsync([input.Group], new DescribeConsumerGroupsOptions { RequestTimeout = s_answer });
        }

        if (_asked is null || Task.WaitAny([_asked], Moment) < 0)
        {
            return false;
        }

        Task<DescribeConsumerGroupsResult> answer = _asked;
        (_asked, _next) = (null, now + Interval);
        if (!answer.IsCompletedSuccessfully)
        {
            _failingSince = _failingSince < 0 ? now : _failingSince;
            return IsNoAnswer(answer.Exception?.InnerException) || now - _failingSince > Patience;
        }

        _failingSince = -1;
        ConsumerGroupDescription group = answer.Result.ConsumerGroupDescriptions.Single();
        return group.State is ConsumerGroupState.Dead or ConsumerGroupState.Unknown // of a protocol that these brokers do not describe
            || (group.State == ConsumerGroupState.Stable && IsWhole(consumer.MemberId, [.. consumer.Assignment], [.. group.Members.Select(m => (m.ConsumerId, (IReadOnlyCollection<TopicPartition>)m.Assignment.TopicPartitions))], All()));
    }

    /// <summary>Whether members have all partitions among them, and we have those that the group says we have.</summary>
    public static bool IsWhole(string own, IReadOnlyCollection<TopicPartition> ours, IReadOnlyCollection<(string Id, IReadOnlyCollection<TopicPartition> Partitions)> members, IEnumerable<TopicPartition> all)
    {
        HashSet<TopicPartition> covered = [.. members.SelectMany(m => m.Partitions)];
        return all.All(covered.Contains) && members.FirstOrDefault(m => m.Id == own).Partitions is { } given && given.Count == ours.Count && given.All(ours.Contains);
    }

    public void Dispose() => _admin?.Dispose();

    private IEnumerable<TopicPartition> All() => sizes.Count > 0
        ? sizes.SelectMany(topic => Enumerable.Range(0, topic.Value).Select(number => new TopicPartition(topic.Key, number)))
        : partitions.All.Select(p => new TopicPartition(p.Topic, p.Number));

    /// <summary>Whether asking again does not help: brokers that do not know the question, or may not answer us.</summary>
    private static bool IsNoAnswer(Exception? fault)
    {
        ErrorCode code = fault switch
        {
            DescribeConsumerGroupsException several => several.Results.ConsumerGroupDescriptions.Select(d => d.Error.Code).FirstOrDefault(c => c != ErrorCode.NoError),
            KafkaException one => one.Error.Code,
            _ => ErrorCode.Unknown,
        };
        return code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion or ErrorCode.GroupAuthorizationFailed or ErrorCode.GroupIdNotFound;
    }
}
