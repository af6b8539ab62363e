using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Kafka.Transactions;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>What a source does behind its input's end, and where it waits for outputs, step by step.</summary>
public sealed class BehindTheEndTests(Broker broker)
{
    private const int Limit = 120_000;

    /// <summary>The input is deleted, or the member fenced, while outputs are waited for, which may take for ever: the run ends, and its transactions with it.</summary>
    [Theory(Timeout = Limit)]
    [InlineData("at_least_once", true)]
    [InlineData("exactly_once", true)]
    [InlineData("at_least_once", false)]
    [InlineData("exactly_once", false)]
    public async Task A_fault_of_the_input_is_told_while_outputs_are_waited_for(string delivery, bool isDeleted)
    {
        broker.NeedsReal("deletion of topics");
        string topic = await broker.CreateTopicAsync("settled");
        await broker.ProduceAsync(topic, new Message<byte[]?, byte[]?> { Value = "{\"id\":1}"u8.ToArray() });
        KafkaInput input = InputOf(topic, delivery);
        using var source = (KafkaSource)input.Open(needsHeaders: false, onePartition: null);
        var port = new PlayedPort(TestContext.Current.CancellationToken);
        source.Run(port);
        source.End(port, isClosed: false);
        using var ended = new CancellationTokenSource();
        Task other = isDeleted ? DeleteAsync(topic) : Task.Run(() => TakeItsName(topic, ended.Token), TestContext.Current.CancellationToken);
        StopException stop = Assert.Throws<StopException>(() => source.Settle(port));
        Assert.Equal(ExitCode.Unavailable, stop.Code);
        Assert.Contains(isDeleted ? $"topic '{topic}': cannot read as User:ANONYMOUS" : $"group 'g-{topic}': cannot read as User:ANONYMOUS", stop.Message, StringComparison.Ordinal);
        Assert.True(isDeleted || stop.Message.Contains("fenced", StringComparison.Ordinal), stop.Message);
        Assert.True(input.OpenTransactions is not { Gate.IsClosed: false });
        await ended.CancelAsync();
        await other;
    }

    /// <summary>The last commit waits, partitions come, and others go, with which it is made: those that came are read before the run ends.</summary>
    [Fact(Timeout = Limit)]
    public async Task Partitions_that_came_before_the_last_commit_are_read()
    {
        (Steps steps, TransactionLog transactions) = await BeginAsync(TestContext.Current.CancellationToken);
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
        (Steps steps, TransactionLog transactions) = await BeginAsync(TestContext.Current.CancellationToken);
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
        (Steps steps, TransactionLog transactions) = await BeginAsync(TestContext.Current.CancellationToken, () =>
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

    private async Task DeleteAsync(string topic)
    {
        using IAdminClient admin = broker.Admin();
        await admin.DeleteTopicsAsync([topic]);
    }

    /// <summary>A member with the same name, until it is told to leave.</summary>
    private void TakeItsName(string topic, CancellationToken ended)
    {
        using IConsumer<byte[]?, byte[]?> other = Clients.Consumer(new ConsumerConfig
        {
            BootstrapServers = broker.Bootstrap, GroupId = "g-" + topic, GroupInstanceId = "one", PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        });
        other.Subscribe(topic);
        while (!ended.IsCancellationRequested)
        {
            other.Consume(20);
        }

        other.Close();
    }

    private async Task<(Steps, TransactionLog)> BeginAsync(CancellationToken stop, Func<bool>? meanwhile = null)
    {
        broker.NeedsReal("transactions");
        string topic = await broker.CreateTopicAsync("behind", partitions: 2);
        KafkaInput input = InputOf(topic, "exactly_once");
        var steps = new Steps(input, topic, meanwhile ?? (() => true), keepsState: meanwhile is not null, stop);
        return (steps, input.Transactions);
    }

    private KafkaInput InputOf(string topic, string delivery)
    {
        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{topic}}", group: g-{{topic}}, until: end, options: {group.instance.id: one, heartbeat.interval.ms: 100, topic.metadata.refresh.interval.ms: 100} }
              stream_output: "kafka://{{broker.Bootstrap}}/{{topic}}-out"
              schema: {id: int64}
              delivery: {{delivery}}
            """));
        return (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
    }

    /// <summary>Commits of a member that has one partition, at its end.</summary>
    private sealed class Steps : IDisposable
    {
        private readonly KafkaInput _input;
        private readonly GroupMember _member;

        public Steps(KafkaInput input, string topic, Func<bool> meanwhile, bool keepsState, CancellationToken stop)
        {
            NativeLibraries.Use();
            (_input, Topic, Port) = (input, topic, new PlayedPort(stop) { Kept = keepsState ? [new KeptState("last", "1")] : [] });
            Words = new LaneWords(Port);
            _member = new GroupMember(input.Settings(), _ => { }, _ => { }, _ => { }, _ => { }, _ => { });
            Partitions = new PartitionTable(_member.Handle, Port, 1_000_000);
            var hand = new MessagesInHand(_member.Poll, Partitions, (error, _) => Assert.Fail(error.Reason), endOf: null);
            Commits = Committing.Of(input, _member, Port, Partitions, hand, Words, meanwhile, () => true);
            Own = Partitions.Find(topic, 0);
            (Own.IsOwned, Own.End) = (true, 0);
        }

        public string Topic { get; }

        public PlayedPort Port { get; }

        public PartitionTable Partitions { get; }

        public LaneWords Words { get; }

        public PartitionProgress Own { get; }

        public Committing Commits { get; }

        public void Dispose()
        {
            Commits.Dispose();
            _member.Dispose();
            _input.Dispose();
        }
    }
}
