using System;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;

namespace DataStream.Kafka.Repartition;

/// <summary>Sends single messages to the topic between, outside of any transaction. Reader thread only.</summary>
internal sealed class WordProducer(KafkaInput input, string topic) : IDisposable
{
    private const int PollMilliseconds = 20;

    private readonly ProducerClient _client = new(input.ProducerSettings(null), null);

    public void Send(int partition, byte[] value) => RecordProducer.Send(_client, topic, partition, [], value, hasValue: true);

    /// <summary>Sees what came in.</summary>
    /// <exception cref="StopException">75: a message cannot be sent, now or later.</exception>
    public void Look()
    {
        _client.Poll(0);
        if (_client.Failed is { } failed)
        {
            throw new StopException(ExitCode.Unavailable, $"kafka: {failed.Place}: cannot write as {input.Principal}: {RdKafka.TextOf(failed.Error)}{KafkaFaults.Remedy((ErrorCode)failed.Error, "write", input.Group)}");
        }
    }

    /// <summary>Waits until everything has arrived.</summary>
    public void Flush(Func<bool> givesUp)
    {
        while (!givesUp() && !_client.Flush(PollMilliseconds))
        {
            Look();
        }

        Look();
    }

    public void Dispose() => _client.Dispose();
}
