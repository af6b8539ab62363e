using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using DataStream.Kafka.Native;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>Single messages while nobody takes them.</summary>
public sealed class RecordProducerTests
{
    private const int Messages = 200;

    /// <summary>Those that failed hold their room until somebody looks; who sends does that, and goes on.</summary>
    [Fact]
    public async Task A_queue_full_of_messages_that_failed_stops_nobody()
    {
        using var client = new ProducerClient(
        [
            KeyValuePair.Create("bootstrap.servers", "127.0.0.1:1"),
            KeyValuePair.Create("message.timeout.ms", "200"),
            KeyValuePair.Create("queue.buffering.max.kbytes", "64"),
            KeyValuePair.Create("delivery.report.only.error", "true"),
        ], null);
        byte[] value = new byte[1024];
        Task sending = Task.Run(
            () =>
            {
                for (int i = 0; i < Messages; i++)
                {
                    RecordProducer.Send(client, "states", 0, [1], value, hasValue: true);
                }
            }, TestContext.Current.CancellationToken);
        await sending.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken); // without a look it never ends
    }
}
