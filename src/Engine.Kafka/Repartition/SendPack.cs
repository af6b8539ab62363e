using System;

namespace DataStream.Kafka.Repartition;

/// <summary>Sends a pack to a partition; its bytes are the caller's again on return.</summary>
internal delegate void SendPack(int partition, ReadOnlySpan<byte> pack, int group);
