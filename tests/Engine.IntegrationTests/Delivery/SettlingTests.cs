using System;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>A fault ends the run while messages are in hand: what was handed over before is still waited for, and committed.</summary>
public sealed class SettlingTests
{
    private const short Fetch = 1;

    [Fact(Timeout = 120_000)]
    public void A_fault_that_was_told_does_not_keep_outputs_from_being_waited_for()
    {
        using var nodes = new MockNodes(3);
        nodes.CreateTopic("orders", 6);
        using (IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = nodes.Bootstrap }))
        {
            for (int i = 0; i < 60; i++)
            {
                producer.Produce("orders", new Message<byte[]?, byte[]?> { Value = "{\"id\":1}"u8.ToArray() });
            }

            producer.Flush(TimeSpan.FromSeconds(60));
        }

        using var scratch = new Scratch();
        PipelineConfig config = Config.Config.Load(scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{nodes.Bootstrap}}/orders", group: g, options: {heartbeat.interval.ms: 100} }
              stream_output: "null:"
              schema: {id: int64}
            """));
        var input = (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
        using var source = (KafkaSource)input.Open(needsHeaders: false, onePartition: null);
        var port = new PlayedPort(TestContext.Current.CancellationToken,
            beforeSecond: () => nodes.Refuse(Fetch, [.. Enumerable.Repeat((int)ErrorCode.TopicAuthorizationFailed, 500)]));
        StopException stop = Assert.Throws<StopException>(() => source.Run(port));
        Assert.Equal(ExitCode.Unavailable, stop.Code);
        source.End(port, isClosed: false);
        port.AcknowledgeBehind(looks: 20);
        source.Settle(port);
        Assert.Equal(port.Next, port.Acknowledged);
    }
}
