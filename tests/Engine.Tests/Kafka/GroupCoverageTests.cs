using System.Collections.Generic;
using System.Linq;
using Confluent.Kafka;
using DataStream.Kafka;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>When nobody's partitions are on their way: until then no member of a group may end with its input.</summary>
public sealed class GroupCoverageTests
{
    private static readonly TopicPartition[] s_all = [At(0), At(1), At(2), At(3)];

    [Fact]
    public void All_partitions_have_owners_and_ours_are_ours() =>
        Assert.True(IsWhole([0, 1], ("me", [1, 0]), ("other", [2, 3])));

    [Fact]
    public void A_member_without_partitions_may_end_where_others_have_all() => Assert.True(IsWhole([], ("me", []), ("other", [0, 1, 2, 3])));

    /// <summary>Between the two halves of a cooperative rebalance: the one who had it has given it up, and nobody has got it.</summary>
    [Fact]
    public void A_partition_that_nobody_has_is_on_its_way() => Assert.False(IsWhole([], ("me", []), ("other", [0, 1, 2])));

    /// <summary>The group has given us something that we do not know of yet, or taken something away.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0, 1, 2)]
    public void What_we_have_is_what_the_group_says(params int[] ours) => Assert.False(IsWhole(ours, ("me", [0, 1]), ("other", [2, 3])));

    [Fact]
    public void Who_is_no_member_knows_nothing() => Assert.False(IsWhole([0, 1], ("one", [0, 1]), ("other", [2, 3])));

    private static bool IsWhole(int[] ours, params (string Id, int[] Partitions)[] members) =>
        GroupCoverage.IsWhole("me", [.. ours.Select(At)], [.. members.Select(m => (m.Id, (IReadOnlyCollection<TopicPartition>)[.. m.Partitions.Select(At)]))], s_all);

    private static TopicPartition At(int partition) => new("t", partition);
}
