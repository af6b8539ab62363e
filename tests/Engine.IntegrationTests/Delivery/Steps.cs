using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Kafka.Transactions;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Commits of a member that has one partition, at its end.</summary>
internal sealed class Steps : IDisposable
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

    /// <summary>The group knows it from now on.</summary>
    public void Join()
    {
        _member.Consumer.Subscribe(Topic);
        while (_member.Consumer.Assignment.Count == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _member.Poll.Take(20);
            _member.Poll.Clear();
        }
    }

    /// <param name="broker">Who has the topic.</param>
    /// <param name="stop">The run is broken off where the test has no more time.</param>
    /// <param name="meanwhile">Called where it waits, and states are kept; null: none are.</param>
    /// <param name="delivery">Of the pipeline.</param>
    public static async Task<(Steps, TransactionLog)> BeginAsync(Broker broker, CancellationToken stop, Func<bool>? meanwhile = null, string delivery = "exactly_once")
    {
        broker.NeedsReal("transactions");
        string topic = await broker.CreateTopicAsync("behind", partitions: 2);
        KafkaInput input = InputOf(broker, topic, delivery);
        var steps = new Steps(input, topic, meanwhile ?? (() => true), keepsState: meanwhile is not null, stop);
        return (steps, input.Transactions);
    }

    /// <summary>A topic that is read to its end, by a static member of its group where nothing else is said.</summary>
    public static KafkaInput InputOf(Broker broker, string topic, string delivery, string options = "group.instance.id: one, heartbeat.interval.ms: 100, topic.metadata.refresh.interval.ms: 100") =>
        InputOf(broker.Bootstrap, topic, delivery, options);

    /// <summary>The same of any cluster.</summary>
    public static KafkaInput InputOf(string bootstrap, string topic, string delivery, string options)
    {
        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{bootstrap}}/{{topic}}", group: g-{{topic}}, until: end, options: { {{options}} } }
              stream_output: "kafka://{{bootstrap}}/{{topic}}-out"
              schema: {id: int64}
              delivery: {{delivery}}
            """));
        return (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
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
