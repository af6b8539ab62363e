using System.Globalization;

namespace DataStream.Kafka.Native;

/// <summary>A message that did not arrive, or that the client did not take.</summary>
/// <param name="Topic">Where it was to go.</param>
/// <param name="Partition">The partition; −1: it had none yet.</param>
/// <param name="Error">librdkafka's.</param>
internal sealed record FailedMessage(string Topic, int Partition, int Error)
{
    /// <summary>The place as messages name it.</summary>
    public string Place => $"topic '{Topic}'{(Partition >= 0 ? string.Create(CultureInfo.InvariantCulture, $", partition {Partition}") : "")}";
}
