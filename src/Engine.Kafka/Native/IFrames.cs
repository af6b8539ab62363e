using System;
using DataStream.Formats;

namespace DataStream.Kafka.Native;

/// <summary>Takes messages (<see cref="MessageFrame"/>) on their way to the brokers. One thread's.</summary>
internal interface IFrames
{
    /// <summary>Takes the messages. The memory is the caller's again on return.</summary>
    /// <param name="frames">Messages, one behind the other.</param>
    /// <param name="group">What the ledger knows them by.</param>
    /// <returns>Bytes that were taken: all but a message whose end is not among them.</returns>
    int Write(ReadOnlySpan<byte> frames, int group);
}
