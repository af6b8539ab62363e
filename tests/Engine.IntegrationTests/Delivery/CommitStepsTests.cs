using System;
using System.Threading.Tasks;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Transactions;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>What is committed, and what is not, behind the input's end and where outputs or room are waited for: step by step.</summary>
public sealed class CommitStepsTests(Broker broker)
{
    private const int Limit = 120_000;

    /// <summary>The last commit waits, partitions come, and others go, with which it is made: those that came are read before the run ends.</summary>
    [Fact(Timeout = Limit)]
    public async Task Partitions_that_came_before_the_last_commit_are_read()
    {
        (Steps steps, TransactionLog transactions) = await Steps.BeginAsync(broker, TestContext.Current.CancellationToken);
        using (transactions)
        using (steps)
        {
            steps.Commits.End(isClosed: true);
            PartitionProgress came = steps.Partitions.Find(steps.Topic, 1);
            (came.IsOwned, came.End) = (true, 5);
            steps.Commits.GiveUp([steps.Own], TimeSpan.FromSeconds(60));
            steps.Own.Release();
            Assert.False(steps.Commits.TryEnd());
            came.IsDone = true;
            steps.Commits.End(isClosed: true);
            Assert.True(steps.Commits.TryEnd());
        }
    }

    /// <summary>A stop, and the partitions are lost before its last commit: no position goes with what came from them, so nothing of that may come out.</summary>
    [Fact(Timeout = Limit)]
    public async Task Rows_without_positions_are_not_committed()
    {
        (Steps steps, TransactionLog transactions) = await Steps.BeginAsync(broker, TestContext.Current.CancellationToken);
        using (transactions)
        using (steps)
        {
            transactions.Send(steps.Topic, 0, [], "a row"u8.ToArray());
            steps.Commits.End(isClosed: false);
            steps.Own.Release();
            steps.Commits.Lose();
            Assert.False(steps.Commits.Settle());
            bool hasLeft = false;
            steps.Commits.Finish(() => hasLeft = true);
            Assert.True(hasLeft);
            Assert.Contains("gave our partitions to others before the last commit", Assert.Single(steps.Port.Warnings), StringComparison.Ordinal);
        }

        Assert.Empty(broker.ReadAll(steps.Topic));
    }

    /// <summary>A partition has come, an output takes its time, and the partition goes again: the client is polled meanwhile, or the group would think the member dead, and the lane is told of it first.</summary>
    [Fact(Timeout = Limit)]
    public async Task Outputs_are_waited_for_in_the_group_before_states_come()
    {
        Steps? polled = null;
        int polls = 0;
        (Steps steps, TransactionLog transactions) = await Steps.BeginAsync(broker, TestContext.Current.CancellationToken, () =>
        {
            polls++;
            polled!.Words.Forget(polled.Own);
            polled.Port.AcknowledgeBehind(0);
            return true;
        });
        using (transactions)
        using (steps)
        {
            polled = steps;
            steps.Own.NeedsState = true;
            transactions.Gate.CutAt(steps.Port.End() + 1);
            steps.Commits.Prepare();
            Assert.NotEqual(0, polls);
            Assert.Equal(long.MaxValue, transactions.Gate.Cut);
            Assert.True(steps.Own.NeedsState);
            Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
        }
    }

    /// <summary>The ring is full when the input has ended: the words to copy states wait for room in the group.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("exactly_once")]
    [InlineData("at_least_once")]
    public async Task Room_for_the_last_copies_is_waited_for_in_the_group(string delivery)
    {
        int polls = 0;
        (Steps steps, TransactionLog transactions) = await Steps.BeginAsync(broker, TestContext.Current.CancellationToken, () => ++polls > 0, delivery);
        using (transactions)
        using (steps)
        {
            Full(steps, () => polls > 0);
            steps.Commits.End(isClosed: true);
            Assert.Equal(1, polls);
            Assert.Equal(["begin", "save", "end"], steps.Port.Calls);
            steps.Port.AcknowledgeBehind(0);
            Assert.True(steps.Commits.TryEnd());
            Assert.Equal(7, steps.Own.Committed);
        }
    }

    /// <summary>The group takes the partition away meanwhile. Where lanes have room in time it goes with all that closed; where they have not, that is taken back, and another closes it.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Partitions_that_go_before_the_last_copies_go_whole_or_not_at_all(bool isInTime)
    {
        Steps? polled = null;
        bool isGiven = false;
        (Steps steps, TransactionLog transactions) = await Steps.BeginAsync(broker, TestContext.Current.CancellationToken, () =>
        {
            isGiven = isInTime;
            polled!.Commits.GiveUp([polled.Own], TimeSpan.FromSeconds(isInTime ? 60 : 0.1));
            polled.Own.Release();
            return true;
        });
        using (transactions)
        using (steps)
        {
            polled = steps;
            Full(steps, () => isGiven);
            steps.Port.AcknowledgeBehind(0);
            transactions.Send(steps.Topic, 0, [], "a row"u8.ToArray());
            steps.Commits.End(isClosed: true);
            Assert.Equal(isInTime, steps.Commits.TryEnd());
        }

        Assert.Equal(isInTime ? 1 : 0, broker.ReadAll(steps.Topic).Count);
    }

    /// <summary>What was read of a message that goes into several payloads is in the transaction, and its position is before it: with partitions that go then nothing is committed.</summary>
    [Fact(Timeout = Limit)]
    public async Task Nothing_is_committed_amid_a_message()
    {
        (Steps steps, TransactionLog transactions) = await Steps.BeginAsync(broker, TestContext.Current.CancellationToken);
        using (transactions)
        using (steps)
        {
            steps.Join();
            steps.Own.HandOver(steps.Port.End(), 6, 7);
            steps.Port.AcknowledgeBehind(0);
            transactions.Send(steps.Topic, 0, [], "a part"u8.ToArray());
            steps.Commits.IsAmid = true;
            steps.Commits.GiveUp([steps.Partitions.Find(steps.Topic, 1)], TimeSpan.FromSeconds(60));
            Assert.False(steps.Commits.Advance());
            Assert.Contains("amid a message", transactions.LastFault, StringComparison.Ordinal);
            steps.Own.Release();
            steps.Commits.Rewind();
        }

        Assert.Empty(broker.ReadAll(steps.Topic));
    }

    /// <summary>Lanes have no room until then, and the partition has something to copy.</summary>
    private static void Full(Steps steps, Func<bool> hasRoom)
    {
        steps.Join();
        steps.Own.HandOver(steps.Port.End(), 6, 7);
        steps.Port.Calls.Clear();
        steps.Port.HasRoom = hasRoom;
    }
}
