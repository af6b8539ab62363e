using System;
using System.Linq;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>The group's coordinator does not say where partitions are committed that it has given us.</summary>
public sealed class CoordinatorTests
{
    private const short OffsetFetch = 9;
    private const int UnknownServerError = -1;
    private const string Topic = "orders";

    /// <summary>Where another process goes by these the run ends: no answer is not the answer that nothing was committed. Where the client alone goes by them it asks again itself.</summary>
    [Theory(Timeout = 120_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_answer_is_not_the_answer_that_nothing_was_committed(bool forwards)
    {
        NativeLibraries.Use();
        using var nodes = new MockNodes(1);
        nodes.CreateTopic(Topic, 1);
        nodes.Refuse(OffsetFetch, [.. Enumerable.Repeat(UnknownServerError, 20)]);
        using KafkaInput input = InputOf(nodes);
        var port = new PlayedPort(TestContext.Current.CancellationToken, forwards: forwards);
        var faults = new SourceFaults(input);
        GroupMember? member = null;
        var assignments = new Assignments(input, () => member!, port);
        member = new GroupMember(input.Settings(), faults.Note, assignments.OnAssigned, assignments.OnRevoked, assignments.OnLost, _ => { });
        var partitions = new PartitionTable(member.Handle, port, 1_000_000);
        using var commits = new AcknowledgedCommits("g", port, partitions, null, null);
        (assignments.Partitions, assignments.Words, assignments.Commits) = (partitions, new LaneWords(port), commits);
        assignments.Hand = new MessagesInHand(member.Poll, partitions, faults.Note, endOf: null);
        member.Consumer.Subscribe(Topic);
        while (!partitions.All.Any(p => p.IsOwned))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            member.Poll.Take(20);
            member.Poll.Clear();
        }

        StopException? stop = Record.Exception(faults.Throw) as StopException;
        Assert.Equal(forwards ? ExitCode.Unavailable : null, stop?.Code);
        member.Dispose();
    }

    /// <summary>Where a run cannot learn what it is to read again it ends: not before the patience is over.</summary>
    [Fact(Timeout = 120_000)]
    public void Nobody_says_where_to_go_back_to()
    {
        NativeLibraries.Use();
        using var nodes = new MockNodes(1);
        nodes.CreateTopic(Topic, 1);
        nodes.Refuse(OffsetFetch, [.. Enumerable.Repeat(UnknownServerError, 200)]);
        using KafkaInput input = InputOf(nodes);
        var clock = new LeapingClock(CommittedPositions.Patience / 2);
        using var member = new GroupMember(input.Settings(), _ => { }, _ => { }, _ => { }, _ => { }, _ => { });
        var positions = new CommittedPositions(member, new PlayedPort(TestContext.Current.CancellationToken), clock);
        StopException stop = Assert.Throws<StopException>(() => positions.Of([new PartitionProgress(Topic, 0, 0, 0)]));
        Assert.Equal(ExitCode.Unavailable, stop.Code);
        Assert.Contains("cannot go back to where the group was committed", stop.Message, StringComparison.Ordinal);
        Assert.Equal(4, clock.Looks); // since when; at half of it, at all of it, and behind it
    }

    private static KafkaInput InputOf(MockNodes nodes)
    {
        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{nodes.Bootstrap}}/{{Topic}}", group: g}
              stream_output: "null:"
              schema: {id: int64}
            """));
        return (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
    }
}
