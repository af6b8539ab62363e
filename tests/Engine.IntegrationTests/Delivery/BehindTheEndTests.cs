using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>What a source does behind its input's end, and where it waits for outputs.</summary>
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
        KafkaInput input = Steps.InputOf(broker, topic, delivery);
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

    /// <summary>While a run waits for room or outputs at its end, what is told of the lag goes on: here its age.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_lag_goes_on_behind_a_stop(bool isSettled)
    {
        string topic = await broker.CreateTopicAsync("lagging");
        await broker.ProduceAsync(topic, Enumerable.Range(0, 3).Select(_ => new Message<byte[]?, byte[]?> { Value = "{\"id\":1}"u8.ToArray(), Timestamp = new Timestamp(DateTime.UtcNow.AddHours(-1)) }));
        using var source = (KafkaSource)Steps.InputOf(broker, topic, "at_least_once").Open(needsHeaders: false, onePartition: null);
        int asked = 0;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var port = new PlayedPort(over.Token)
        {
            HasRoom = () =>
            {
                if (asked++ > 0)
                {
                    source.Interrupt();
                }

                return asked == 1; // for two messages
            },
        };
        source.Run(port);
        source.End(port, isClosed: false);
        Task settling = isSettled ? Task.Run(() => source.Settle(port), TestContext.Current.CancellationToken) : Task.CompletedTask;
        double before = source.LagSeconds;
        while (source.LagSeconds <= before)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            if (isSettled)
            {
                await Task.Yield();
            }
            else
            {
                source.Stay();
            }
        }

        Assert.Equal(1, source.Lag);
        await over.CancelAsync();
        await settling;
    }

    /// <summary>A partition that the group takes away while outputs are waited for at the end: lanes hear of it before they close its windows.</summary>
    [Fact(Timeout = Limit)]
    public async Task Partitions_that_go_at_the_end_are_forgotten_before_windows_close()
    {
        broker.NeedsReal("transactions");
        string topic = await broker.CreateTopicAsync("going", partitions: 2);
        await broker.ProduceAsync(topic, Enumerable.Range(0, 40).Select(i => new Message<byte[]?, byte[]?> { Key = [(byte)i], Value = "{\"id\":1}"u8.ToArray() }));
        KafkaInput input = Steps.InputOf(broker, topic, "at_least_once", "heartbeat.interval.ms: 100, session.timeout.ms: 6000, max.poll.interval.ms: 6000");
        using var source = (KafkaSource)input.Open(needsHeaders: false, onePartition: null);
        var port = new PlayedPort(TestContext.Current.CancellationToken) { Kept = [new KeptState("last", "1")] };
        port.HasRoomForAll = () => port.Saves > 0; // a transaction ends first
        Task run = Task.Run(() => source.Run(port), TestContext.Current.CancellationToken);
        using IAdminClient admin = broker.Admin();
        await admin.WaitForAsync("g-" + topic, group => group.State == ConsumerGroupState.Stable && group.Members.Count == 1, TestContext.Current.CancellationToken);
        while (port.Saves == 0)
        {
            Assert.False(run.IsCompleted);
            await Task.Yield();
        }

        using var ended = new CancellationTokenSource();
        Task other = Task.Run(() => Join(topic, ended.Token), TestContext.Current.CancellationToken);
        await admin.WaitForAsync("g-" + topic, group => group.State == ConsumerGroupState.Stable && group.Members.Count == 2 && group.Members.All(m => m.Assignment.TopicPartitions.Count == 1), TestContext.Current.CancellationToken);
        Assert.False(run.IsCompleted);
        port.AcknowledgeBehind(0);
        await run;
        Assert.Contains("forget", port.Calls);
        await ended.CancelAsync();
        await other;
    }

    /// <summary>
    /// The same where brokers do not describe the group: nobody waits for partitions on their way, so that the end is reached again as soon as one has gone, and nothing is polled in between.
    /// </summary>
    [Fact(Timeout = Limit)]
    public async Task Partitions_that_go_at_the_end_are_forgotten_though_nobody_says_who_has_them()
    {
        const string Topic = "undescribed";
        using var nodes = new MockNodes(1); // they do not
        nodes.CreateTopic(Topic, 2);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = nodes.Bootstrap, LingerMs = 0 }))
        {
            await Task.WhenAll(Enumerable.Range(0, 2).Select(partition => producer.ProduceAsync(new TopicPartition(Topic, partition), new Message<byte[]?, byte[]?> { Value = "{\"id\":1}"u8.ToArray() })));
        }

        KafkaInput input = Steps.InputOf(nodes.Bootstrap, Topic, "at_least_once", "heartbeat.interval.ms: 100, session.timeout.ms: 6000, max.poll.interval.ms: 6000");
        using var source = (KafkaSource)input.Open(needsHeaders: false, onePartition: null);
        var port = new PlayedPort(TestContext.Current.CancellationToken);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool hasRoom = false; // until one goes: what came from it is waited for
        port.HasRoomForAll = () =>
        {
            reached.TrySetResult();
            return hasRoom;
        };
        port.Waits = () =>
        {
            hasRoom = true;
            port.AcknowledgeBehind(0);
        };
        Task run = Task.Run(() => source.Run(port), TestContext.Current.CancellationToken);
        await Task.WhenAny(run, reached.Task);
        Assert.DoesNotContain("forget", port.Calls);
        using var ended = new CancellationTokenSource();
        Task other = Task.Run(() => Join(Topic, ended.Token, bootstrap: nodes.Bootstrap), TestContext.Current.CancellationToken);
        await run;
        Assert.Equal("forget", port.Calls[^2]); // between a payload's begin and end
        await ended.CancelAsync();
        await other;
    }

    private async Task DeleteAsync(string topic)
    {
        using IAdminClient admin = broker.Admin();
        await admin.DeleteTopicsAsync([topic]);
    }

    /// <summary>A member with the same name, until it is told to leave.</summary>
    private void TakeItsName(string topic, CancellationToken ended) => Join(topic, ended, "one");

    private void Join(string topic, CancellationToken ended, string? name = null, string? bootstrap = null)
    {
        using IConsumer<byte[]?, byte[]?> other = Clients.Consumer(new ConsumerConfig
        {
            BootstrapServers = bootstrap ?? broker.Bootstrap, GroupId = "g-" + topic, GroupInstanceId = name, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
        });
        other.Subscribe(topic);
        while (!ended.IsCancellationRequested)
        {
            other.Consume(20);
        }

        other.Close();
    }
}
