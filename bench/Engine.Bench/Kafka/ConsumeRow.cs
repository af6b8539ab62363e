using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Plans;
using DataStream.Sources;

namespace DataStream.Bench.Kafka;

/// <summary>K1: messages into payloads, by the source alone and by Confluent's loop.</summary>
internal sealed class ConsumeRow(Cluster cluster, string topic, int messages)
{
    private static int s_groups;

    /// <summary>The source as a pipeline has it, with payloads that are taken at once.</summary>
    public Measured Engine()
    {
        PipelineConfig config = Pipelines.Load($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{cluster.Bootstrap}}/{{topic}}", group: consume-{{Interlocked.Increment(ref s_groups)}}, offset: earliest}
              stream_output: "null:"
              input_format: text
            """);
        var errors = new ConfigErrors();
        ConnectorInput input = new KafkaConnector { KeepsFreedMemory = true }.BindInput(config.Stream.Inputs.Single(), config, errors) ?? throw new InvalidOperationException(errors.Sorted()[0].ToString());
        using MessageSource source = input.Open(needsHeaders: false, onePartition: null);
        using var port = new CountingPort(messages, source.Interrupt);
        source.Run(port);
        return port.Result!;
    }

    /// <summary>Confluent's <c>Consume</c>, one after the other, with the same limits of the queue.</summary>
    public Measured Peer()
    {
        using IConsumer<Ignore, byte[]> consumer = new ConsumerBuilder<Ignore, byte[]>(Settings(cluster.Bootstrap, string.Create(CultureInfo.InvariantCulture, $"loop-{Interlocked.Increment(ref s_groups)}")))
            .SetLogHandler((_, _) => { }).Build();
        consumer.Subscribe(topic);
        long bytes = consumer.Consume().Message.Value.Length;
        Func<long, Measured> end = Measured.Begin();
        for (int i = 1; i < messages; i++)
        {
            bytes += consumer.Consume().Message.Value.Length;
        }

        Measured result = end(messages);
        consumer.Close();
        return bytes > 0 ? result : throw new InvalidOperationException("nothing was read");
    }

    /// <summary>What the engine sets, too: the default of fetch.queue.backoff.ms would cost the loop a factor of ten.</summary>
    public static ConsumerConfig Settings(string bootstrap, string group)
    {
        var settings = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = group, AutoOffsetReset = AutoOffsetReset.Earliest, FetchWaitMaxMs = 100, QueuedMaxMessagesKbytes = 65_536 };
        settings.Set("fetch.queue.backoff.ms", "5");
        return settings;
    }
}
