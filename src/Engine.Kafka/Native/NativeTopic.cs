using System.Runtime.InteropServices;

namespace DataStream.Kafka.Native;

/// <summary><c>rd_kafka_metadata_topic_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTopic
{
    public nint Name;
    public int PartitionCount;
    public nint Partitions;
    public int Error;
}
