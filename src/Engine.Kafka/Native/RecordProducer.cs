using System;
using System.Text;

namespace DataStream.Kafka.Native;

/// <summary>Sends single messages to a partition that the caller names. One thread's.</summary>
internal static unsafe class RecordProducer
{
    private const int QueueFull = -184; // RD_KAFKA_RESP_ERR__QUEUE_FULL
    private const int PollMilliseconds = 1;

    /// <summary>Sends a message; waits where the queue is full, and sees what came in meanwhile: a message that failed holds its room until then. One that is not taken is the client's to tell (<see cref="ProducerClient.Failed"/>).</summary>
    /// <param name="client">The producer.</param>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="key">Copied.</param>
    /// <param name="value">Copied.</param>
    /// <param name="hasValue">Without one the message takes the key away.</param>
    public static void Send(ProducerClient client, string topic, int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool hasValue)
    {
        NativeArgument* arguments = stackalloc NativeArgument[5];
        byte[] name = Encoding.UTF8.GetBytes(topic + "\0");
        // Safe: all three are pinned until librdkafka has copied them.
        fixed (byte* nameStart = name, keyStart = key, valueStart = value)
        {
            byte empty = 0;
            arguments[0] = new NativeArgument { Type = NativeArgument.TopicNameType, Pointer = (nint)nameStart };
            arguments[1] = new NativeArgument { Type = NativeArgument.PartitionType, Int32 = partition };
            arguments[2] = new NativeArgument { Type = NativeArgument.FlagsType, Int32 = RdKafka.CopyFlag };
            arguments[3] = new NativeArgument { Type = NativeArgument.KeyType, Pointer = (nint)keyStart, Length = (nuint)key.Length };
            // Safe: an empty value is one, and needs an address.
            arguments[4] = new NativeArgument { Type = NativeArgument.ValueType, Pointer = !hasValue ? 0 : value.IsEmpty ? (nint)(&empty) : (nint)valueStart, Length = (nuint)value.Length };
            while (true)
            {
                nint error = RdKafka.Produce(client.Value, arguments, 5);
                int code = error == 0 ? 0 : RdKafka.CodeOf(error);
                if (error != 0)
                {
                    RdKafka.DestroyError(error);
                }

                if (code == QueueFull && client.Failed is null)
                {
                    client.Poll(PollMilliseconds);
                    continue;
                }

                if (code != 0)
                {
                    client.Fail(0, code, topic, partition);
                }

                return;
            }
        }
    }
}
