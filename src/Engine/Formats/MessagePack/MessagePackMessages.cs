using System;
using DataStream.Kernels;

namespace DataStream.Formats.MessagePack;

/// <summary>Messages of one map each, or several one behind the other. One that is not sound is dead alone.</summary>
internal sealed class MessagePackMessages(int maxRecordSize) : MessageCutter
{
    public override MessageCut Take(ReadOnlySpan<byte> message) => new(0, IsAlone: !IsSound(message));

    private bool IsSound(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            long length = 0;
            ulong pending = 1;
            if (!MessagePackTokens.Skip(message, ref length, ref pending) || pending > 0 || length > message.Length || length > maxRecordSize)
            {
                return false;
            }

            message = message[(int)length..];
        }

        return true;
    }
}
