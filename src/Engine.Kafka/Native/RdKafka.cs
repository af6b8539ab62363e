using System;
using System.Runtime.InteropServices;

namespace DataStream.Kafka.Native;

/// <summary>What we call of librdkafka's C interface; its documentation is <c>rdkafka.h</c>.</summary>
internal static unsafe partial class RdKafka
{
    public const int Producer = 0;
    public const int Consumer = 1;
    public const int ConfOk = 0;
    public const int AnyPartition = -1;
    public const int CopyFlag = 2;
    public const int BlockFlag = 4;
    public const int PartitionFlag = 8; // each message of a batch has its own
    public const int PartitionEnd = -191; // RD_KAFKA_RESP_ERR__PARTITION_EOF
    public const int Fatal = -150; // RD_KAFKA_RESP_ERR__FATAL: FatalError says what it is

    private const string Lib = NativeLibraries.Name;

    [LibraryImport(Lib, EntryPoint = "rd_kafka_err2str")]
    public static partial nint ErrorText(int error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_err2name")]
    public static partial nint ErrorName(int error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_conf_new")]
    public static partial nint NewSettings();

    [LibraryImport(Lib, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Set(nint settings, string name, string value, Span<byte> error, nuint errorLength);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_conf_destroy")]
    public static partial void DestroySettings(nint settings);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_conf_set_dr_msg_cb")]
    public static partial void SetDelivered(nint settings, delegate* unmanaged[Cdecl]<nint, NativeMessage*, nint, void> handler);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_conf_set_error_cb")]
    public static partial void SetError(nint settings, delegate* unmanaged[Cdecl]<nint, int, nint, nint, void> handler);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_conf_set_log_cb")]
    public static partial void SetLog(nint settings, nint handler);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_conf_set_opaque")]
    public static partial void SetOpaque(nint settings, nint opaque);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_new")]
    public static partial nint NewClient(int type, nint settings, Span<byte> error, nuint errorLength);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_poll")]
    public static partial int Poll(nint client, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_outq_len")]
    public static partial int Outstanding(nint client);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_flush")]
    public static partial int Flush(nint client, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_purge")]
    public static partial int Purge(nint client, int flags);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_fatal_error")]
    public static partial int FatalError(nint client, Span<byte> text, nuint length);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_topic_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint NewTopic(nint client, string topic, nint settings);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_topic_destroy")]
    public static partial void DestroyTopic(nint topic);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_topic_name")]
    public static partial nint TopicName(nint topic);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_produce_batch")]
    public static partial int ProduceBatch(nint topic, int partition, int flags, NativeMessage* messages, int count);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_metadata")]
    public static partial int Metadata(nint client, int allTopics, nint topic, NativeMetadata** answer, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_metadata_destroy")]
    public static partial void DestroyMetadata(NativeMetadata* answer);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_produceva")]
    public static partial nint Produce(nint client, NativeArgument* arguments, nuint count);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_error_code")]
    public static partial int CodeOf(nint error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void DestroyError(nint error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_queue_get_consumer")]
    public static partial nint ConsumerQueue(nint client);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_queue_destroy")]
    public static partial void DestroyQueue(nint queue);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_consumer_poll")]
    public static partial NativeMessage* PollOne(nint client, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_consume_batch_queue")]
    public static partial nint PollMany(nint queue, int milliseconds, NativeMessage** messages, nuint count);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_message_destroy")]
    public static partial void DestroyMessage(NativeMessage* message);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_message_timestamp")]
    [SuppressGCTransition]
    public static partial long TimeOf(NativeMessage* message, int* type);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_message_headers")]
    public static partial int HeadersOf(NativeMessage* message, nint* headers);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_header_get_all")]
    public static partial int HeaderAt(nint headers, nuint index, byte** name, byte** value, nuint* length);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial nint NewList(int size);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Add(nint list, string topic, int partition);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_topic_partition_list_set_offset", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetOffset(nint list, string topic, int partition, long offset);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void DestroyList(nint list);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_committed")]
    public static partial int Committed(nint client, nint list, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_mem_malloc")]
    public static partial nint Allocate(nint client, nuint size);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_commit")]
    public static partial int Commit(nint client, nint list, int isAsync);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_error_string")]
    public static partial nint MessageOf(nint error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_error_is_fatal")]
    public static partial int IsFatal(nint error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_error_is_retriable")]
    public static partial int IsRetriable(nint error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_error_txn_requires_abort")]
    public static partial int RequiresAbort(nint error);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_init_transactions")]
    public static partial nint InitTransactions(nint client, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_begin_transaction")]
    public static partial nint BeginTransaction(nint client);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_send_offsets_to_transaction")]
    public static partial nint SendOffsets(nint client, nint offsets, nint group, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_commit_transaction")]
    public static partial nint CommitTransaction(nint client, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_abort_transaction")]
    public static partial nint AbortTransaction(nint client, int milliseconds);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_consumer_group_metadata")]
    public static partial nint GroupOf(nint client);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_consumer_group_metadata_generation_id")]
    public static partial int GenerationOf(nint group);

    [LibraryImport(Lib, EntryPoint = "rd_kafka_consumer_group_metadata_destroy")]
    public static partial void DestroyGroup(nint group);

    /// <summary>The partition that Java's clients give a key, of so many.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitions)
    {
        // Safe: the key is pinned while it is read; an empty one needs an address, and nothing is read there.
        byte none = 0;
        fixed (byte* start = key)
        {
            return Murmur2(0, start is null ? &none : start, (nuint)key.Length, partitions, 0, 0);
        }
    }

    [LibraryImport(Lib, EntryPoint = "rd_kafka_msg_partitioner_murmur2")]
    [SuppressGCTransition]
    private static partial int Murmur2(nint topic, byte* key, nuint length, int partitions, nint ofTopic, nint ofMessage);

    /// <summary>An error's text, as librdkafka words it.</summary>
    public static string TextOf(int error) => $"{Marshal.PtrToStringUTF8(ErrorText(error))} ({Marshal.PtrToStringUTF8(ErrorName(error))})";
}
