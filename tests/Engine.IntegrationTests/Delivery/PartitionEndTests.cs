using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Config;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Partitions whose ends are not where they were, and partitions that come while a run goes on.</summary>
public sealed class PartitionEndTests(Broker broker)
{
    private const int Messages = 3;

    /// <summary>What a replica shows ends before what was there at the start: the rest comes when it has caught up. A log that is shorter now has nothing more.</summary>
    [Theory]
    [InlineData(Messages, null, true)]
    [InlineData(Messages + 2, null, false)]
    [InlineData(Messages + 2, Messages + 2, false)]
    [InlineData(Messages + 2, Messages, true)]
    public async Task It_is_read_to_the_end_that_it_had(int atStart, int? now, bool isDone)
    {
        string topic = await broker.CreateTopicAsync("ends");
        await broker.ProduceAsync(topic, Enumerable.Range(0, Messages).Select(id => new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes($"{{\"id\":{id}}}") }));
        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{topic}}", group: g-{{topic}}, until: end}
              stream_output: stdout
              schema: {id: int64}
            """));
        using var input = (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
        NativeLibraries.Use();
        using var member = new GroupMember(input.Settings(), _ => { }, _ => { }, _ => { }, _ => { }, _ => { });
        member.Consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var partitions = new PartitionTable(member.Handle, new PlayedPort(TestContext.Current.CancellationToken, payloads: 1), 1_000_000);
        PartitionProgress partition = partitions.Find(topic, 0);
        (partition.IsOwned, partition.End) = (true, atStart);
        Assert.Equal(Messages, member.EndOf(partition));
        var hand = new MessagesInHand(member.Poll, partitions, (error, _) => Assert.Fail(error.Reason), _ => now);
        while (!partition.IsAtEnd)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            member.Poll.Take(100);
            hand.PutAll();
            hand.DropAll();
            member.Poll.Clear();
        }

        Assert.Equal(isDone, partition.IsDone);
    }

    /// <summary>The states of partitions that are added to the input have their places in the changelog.</summary>
    [Fact]
    public async Task A_partition_that_is_added_has_a_state()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("added", partitions: 2);
        string output = await broker.CreateTopicAsync("added-out");
        await using LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, offset: earliest, options: {topic.metadata.refresh.interval.ms: 500} }
              stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
              schema: {id: int64}
              delivery: exactly_once
            modules: [{module_name: pairs, module_class: window, count: 2, key: [_key], aggregates: {n: count(), id: first(id)} }]
            performance_tuning: {threads: 1, cpu_affinity: none}
            """).Start();
        await SendPairAsync(input, 1);
        await ExpectAsync(pipeline, output, 1);
        using (IAdminClient admin = broker.Admin())
        {
            await admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = input, IncreaseTo = 4 }]);
        }

        await SendPairAsync(input, 3);
        await ExpectAsync(pipeline, output, 2);
        RunReport report = await pipeline.StopAsync();
        Assert.True(report.ExitCode == 0, report.Message);
    }

    private async Task SendPairAsync(string input, int partition)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap });
        for (int id = 0; id < 2; id++)
        {
            await producer.ProduceAsync(new TopicPartition(input, partition), new Message<byte[]?, byte[]?> { Key = [(byte)partition], Value = Encoding.UTF8.GetBytes($"{{\"id\":{id}}}") });
        }
    }

    private async Task ExpectAsync(LivePipeline pipeline, string output, int rows)
    {
        while (broker.ReadAll(output).Count < rows)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Assert.False(pipeline.Run.IsCompleted, pipeline.Run.IsCompleted ? (await pipeline.Run).Message : "");
        }
    }
}
