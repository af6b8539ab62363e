using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Kafka.Transactions;
using DataStream.Sources;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>What becomes of a position while a pack goes into several payloads, and of a commit after a message that the client did not take.</summary>
public sealed class PackFillTests(Broker broker)
{
    private const int Records = 6;

    /// <summary>Payloads in its midst end before the pack; the position moves with its last one alone.</summary>
    [Fact]
    public async Task A_position_moves_past_a_pack_with_its_last_payload()
    {
        var port = new PlayedPort(TestContext.Current.CancellationToken);
        PartitionProgress partition = await FillAsync(port);
        Assert.Equal(["begin", "within", "begin", "within", "begin", "end"], port.Calls);
        partition.Acknowledge(port.Next - 1);
        Assert.Equal(-1, partition.Acknowledged);
        partition.Acknowledge(port.Next);
        Assert.Equal(1, partition.Acknowledged);
    }

    /// <summary>The run is broken off: the slot after the last payload is not ours.</summary>
    [Fact]
    public async Task Behind_a_break_in_the_midst_of_a_pack_nothing_is_written_or_handed_over()
    {
        var port = new PlayedPort(TestContext.Current.CancellationToken, payloads: 2);
        PartitionProgress partition = await FillAsync(port);
        Assert.Equal(["begin", "within", "begin", "within"], port.Calls);
        Assert.False(partition.HasUnacknowledged);
        Assert.Equal(-1, partition.Reached);
    }

    /// <summary>Another partition went there, and the transaction with it: what lanes had of this one's first message is in their states, so it has to be known that something went.</summary>
    [Fact]
    public async Task A_first_pack_that_is_cut_off_has_gone_in_part()
    {
        var port = new PlayedPort(TestContext.Current.CancellationToken);
        PartitionProgress partition = await FillAsync(port, (_, _) => false);
        Assert.Equal(["begin", "within"], port.Calls);
        Assert.Equal((0L, -1L), (partition.First, partition.Reached));
    }

    /// <summary>The group takes the partition away there, and gives it again: its messages are nobody's, and it is read from where it was committed.</summary>
    [Fact]
    public async Task A_pack_whose_partition_goes_in_its_midst_is_left()
    {
        var port = new PlayedPort(TestContext.Current.CancellationToken);
        PartitionProgress partition = await FillAsync(port, (own, hand) =>
        {
            hand.Drop(own);
            own.Release();
            (own.IsOwned, own.Term) = (true, own.Term + 1);
            return true;
        });
        Assert.Equal(["begin", "within"], port.Calls);
        Assert.Equal((-1, -1L, -1L), (partition.FirstInHand, partition.First, partition.Reached));
    }

    /// <summary>Its transaction knows nothing of such a message, and would be committed without it.</summary>
    [Fact]
    public async Task A_message_that_the_client_did_not_take_is_not_committed_over()
    {
        broker.NeedsReal("transactions");
        string topic = await broker.CreateTopicAsync("untaken");
        using KafkaInput input = InputOf(topic, "delivery: exactly_once");
        using TransactionLog transactions = input.Transactions;
        transactions.Open();
        transactions.Send(topic, 0, [], new byte[10]);
        transactions.Send(topic, 0, [], new byte[2 << 20]); // a client takes 1 MB
        StopException stop = Assert.Throws<StopException>(() => transactions.Commit(new OffsetCommit(0), 0));
        Assert.Equal(75, (int)stop.Code);
        Assert.Contains($"topic '{topic}', partition 0: cannot write", stop.Message, StringComparison.Ordinal);
        Assert.Empty(broker.ReadAll(topic));
    }

    /// <summary>Two processes with one name keep each other from committing. Who meets that says why: alone, where the transaction cannot have taken too long.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_that_another_process_has_taken_is_told(bool mayBeLate)
    {
        broker.NeedsReal("transactions");
        string topic = await broker.CreateTopicAsync("fenced");
        using KafkaInput input = InputOf(topic, "delivery: exactly_once", "group.instance.id: one");
        var said = new List<string>();
        using var first = new TransactionLog(input, new LeapingClock(TimeSpan.FromSeconds(mayBeLate ? 20 : 0))) { Warn = said.Add };
        using var second = new TransactionLog(input) { Warn = said.Add };
        first.Open();
        second.Open();
        first.Send(topic, 0, [], new byte[10]);
        Assert.False(first.Commit(new OffsetCommit(0), 0));
        first.Abort(0);
        string word = Assert.Single(said);
        Assert.Contains($"'datastream-g-{topic}-one' was broken off, and what it held comes again: another process has begun one under the same transactional id", word, StringComparison.Ordinal);
        Assert.Equal(mayBeLate, word.Contains("or this one took longer than 10000 ms", StringComparison.Ordinal));
        Assert.Contains("give each its own group.instance.id", word, StringComparison.Ordinal);
        Assert.Contains("give each its own group.instance.id", Refused(second, topic).Message, StringComparison.Ordinal);
    }

    private static StopException Refused(TransactionLog transactions, string topic)
    {
        transactions.Send(topic, 0, [], new byte[10]);
        Assert.False(transactions.Commit(new OffsetCommit(0), 0));
        return transactions.Fault();
    }

    /// <summary>The client has heard that the group has forgotten it, and we have not: brokers would take a commit that names no member, though the partitions may be another's.</summary>
    [Fact]
    public async Task A_member_that_was_forgotten_commits_nothing()
    {
        broker.NeedsReal("transactions");
        string topic = await broker.CreateTopicAsync("forgotten");
        using KafkaInput input = InputOf(topic, "delivery: exactly_once");
        using TransactionLog transactions = input.Transactions;
        transactions.Open();
        using var member = new GroupMember(input.Settings(), _ => { }, _ => { }, _ => { }, _ => { }, _ => { });
        member.Consumer.Subscribe(topic);
        while (member.Consumer.Assignment.Count == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            member.Poll.Take(20);
            member.Poll.Clear();
        }

        await broker.KickAsync("g-" + topic);
        while (member.Consumer.MemberId.Length > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        transactions.Send(topic, 0, [], new byte[10]);
        var positions = new OffsetCommit(member.Handle);
        positions.Add(topic, 0, 7);
        Assert.False(transactions.Commit(positions, member.Handle));
        Assert.True(transactions.IsRefusedByGroup);
        Assert.DoesNotContain(OffsetCommit.Committed(member.Handle, [(topic, 0)], 60_000).Values, committed => committed.Offset >= 0);
    }

    /// <summary>Fills payloads from a topic between that has one pack.</summary>
    private async Task<PartitionProgress> FillAsync(PlayedPort port, Func<PartitionProgress, MessagesInHand, bool>? amid = null)
    {
        string topic = await broker.CreateTopicAsync("halves");
        string between = await broker.CreateTopicAsync("between");
        await broker.ProduceAsync(between, new Message<byte[]?, byte[]?> { Value = Packed.Of(topic, 0, Records) });
        using KafkaInput origin = InputOf(topic, "");
        using var input = (KafkaInput)origin.Through("x").Behind;
        using var member = new GroupMember(input.Settings(), _ => { }, _ => { }, _ => { }, _ => { }, _ => { });
        member.Consumer.Assign(new TopicPartitionOffset(between, 0, Offset.Beginning));
        var partitions = new PartitionTable(member.Handle, port, 1_000_000);
        PartitionProgress partition = partitions.Find(between, 0);
        partition.IsOwned = true;
        var hand = new MessagesInHand(member.Poll, partitions, (error, _) => Assert.Fail(error.Reason), endOf: null);
        while (partition.FirstInHand < 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            hand.DropAll();
            member.Poll.Clear();
            member.Poll.Take(100);
            hand.PutAll();
        }

        var second = new SecondHalf(input, origin, port, new LaneWords(port), member.Consumer, _ => amid?.Invoke(partition, hand) ?? true);
        Assert.True(port.TryBegin(0, 0, 0));
        new PayloadFill(member.Poll, hand, port, second, needsHeaders: false).Fill(partition);
        hand.DropAll();
        return partition;
    }

    private KafkaInput InputOf(string topic, string more, string options = "")
    {
        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{topic}}", group: g-{{topic}}, partitioned_by: repartition, options: { {{options}} } }
              stream_output: "kafka://{{broker.Bootstrap}}/{{topic}}-out"
              schema: {id: int64}
              {{more}}
            """));
        return (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
    }
}
