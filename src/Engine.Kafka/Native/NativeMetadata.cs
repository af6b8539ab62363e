using System.Runtime.InteropServices;

namespace DataStream.Kafka.Native;

/// <summary>The beginning of <c>rd_kafka_metadata_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMetadata
{
    public int BrokerCount;
    public nint Brokers;
    public int TopicCount;
    public NativeTopic* Topics;
}
