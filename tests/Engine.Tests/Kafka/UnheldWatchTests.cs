using System.Collections.Generic;
using DataStream.Kafka;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>By a clock that the tests turn.</summary>
public sealed class UnheldWatchTests
{
    private static readonly UnheldPartition s_third = new("orders", 3, 7);

    private readonly List<string> _said = [];
    private readonly UnheldWatch _watch;

    public UnheldWatchTests() => _watch = new UnheldWatch("g", _said.Add);

    [Fact]
    public void It_says_which_partition_nobody_has_once_and_again_later()
    {
        _watch.Note([s_third], 0);
        _watch.Note([s_third], ProgressWatch.Patience - 1);
        Assert.Empty(_said);
        _watch.Note([s_third, new UnheldPartition("orders", 4, 1)], ProgressWatch.Patience);
        _watch.Note([s_third], ProgressWatch.Patience + 1_000);
        Assert.Equal(["kafka: topic 'orders', partition 3: no member of group 'g' has had it for 30 s, and it is 7 messages behind: nobody reads it"], _said);
        _watch.Note([s_third], ProgressWatch.Patience + ProgressWatch.Again);
        Assert.Equal(2, _said.Count);
    }

    [Fact]
    public void A_partition_that_somebody_had_meanwhile_begins_anew()
    {
        _watch.Note([s_third], 0);
        _watch.Note([], ProgressWatch.Patience / 2);
        _watch.Note([s_third], ProgressWatch.Patience);
        _watch.Note([s_third], ProgressWatch.Patience + ProgressWatch.Patience / 2);
        Assert.Empty(_said);
    }
}
