using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Partitions that no member of the group has.</summary>
public sealed class UnheldPartitionsTests(Broker broker)
{
    /// <summary>They are found with their lag: those that others have, or that nothing is in, are not.</summary>
    [Theory]
    [InlineData("classic", "earliest", 3)]
    [InlineData("consumer", "earliest", 3)]
    [InlineData("classic", "latest", 0)]
    public async Task They_are_found_with_what_they_are_behind(string protocol, string offset, long lag)
    {
        broker.NeedsReal("groups of both protocols");
        string held = await broker.CreateTopicAsync("held");
        string left = await broker.CreateTopicAsync("left");
        string empty = await broker.CreateTopicAsync("left-empty");
        foreach (string topic in new[] { held, left })
        {
            await broker.ProduceAsync(topic, Enumerable.Range(0, 3).Select(_ => new Message<byte[]?, byte[]?> { Value = [1] }));
        }

        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{held}}", group: g-{{held}}, offset: {{offset}}, options: {group.protocol: {{protocol}}} }
              stream_output: "null:"
              schema: {id: int64}
            """));
        using var input = (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
        using IConsumer<Ignore, Ignore> member = new ConsumerBuilder<Ignore, Ignore>(input.Settings()).Build();
        member.Subscribe(held);
        while (member.Assignment.Count == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            member.Consume(TimeSpan.FromMilliseconds(20));
        }

        var partitions = new PartitionTable(0, new PlayedPort(TestContext.Current.CancellationToken), 0);
        using var coverage = new GroupCoverage(input, member, partitions, new Dictionary<string, int> { [held] = 1, [left] = 1, [empty] = 1 });
        var unheld = new UnheldPartitions(input, coverage);
        for (int answers = 0; answers < 3; answers++)
        {
            IReadOnlyCollection<UnheldPartition> found;
            while (!unheld.TryFind(out found))
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                member.Consume(TimeSpan.FromMilliseconds(1));
            }

            Assert.Equal(lag > 0 ? [new UnheldPartition(left, 0, lag)] : [], found);
        }
    }
}
