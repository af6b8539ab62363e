using System.Runtime.InteropServices;

namespace DataStream.Kafka.Native;

/// <summary><c>rd_kafka_vu_t</c>: one argument of <c>rd_kafka_produceva</c>, a type and a union of 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 72)]
internal unsafe struct NativeArgument
{
    public const int TopicNameType = 1;
    public const int TopicType = 2; // RKT
    public const int PartitionType = 3;
    public const int ValueType = 4;
    public const int KeyType = 5;
    public const int OpaqueType = 6;
    public const int FlagsType = 7;
    public const int TimeType = 8;
    public const int HeaderType = 9;

    [FieldOffset(0)]
    public int Type;

    [FieldOffset(8)]
    public nint Pointer;

    [FieldOffset(8)]
    public int Int32;

    [FieldOffset(8)]
    public long Int64;

    [FieldOffset(16)]
    public nuint Length;

    /// <summary>Of a header: its value, behind the name.</summary>
    [FieldOffset(16)]
    public nint HeaderValue;

    /// <summary>Of a header.</summary>
    [FieldOffset(24)]
    public nint HeaderLength;
}
