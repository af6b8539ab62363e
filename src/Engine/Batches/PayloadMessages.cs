using System;

namespace DataStream.Batches;

/// <summary>
/// The messages of a payload whose input has keys, headers and offsets. Values stand at the block's front, one behind the other as decoders want them; keys,
/// headers and this list grow from its end towards them.
/// </summary>
public static unsafe class PayloadMessages
{
    private const int Alignment = 8;

    /// <summary>What a message takes at most besides its parts.</summary>
    public const int Room = 72; // the struct and its alignment

    /// <summary>Adds a message whose value was or will be appended to <see cref="Payload.Bytes"/>; false where there is no room for its parts and <paramref name="room"/> more.</summary>
    /// <param name="payload">A slot of the producer.</param>
    /// <param name="last">The place of the message before it; 0 for the first. On return: of this one.</param>
    /// <param name="message">Lengths, offset and time; the places of what is copied are filled in.</param>
    /// <param name="key">Copied.</param>
    /// <param name="headers">Copied.</param>
    /// <param name="original">Copied.</param>
    /// <param name="room">What the value takes at the front.</param>
    public static bool TryAdd(ref Payload payload, ref int last, ref Message message, ReadOnlySpan<byte> key, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> original, int room)
    {
        long parts = (long)key.Length + headers.Length + original.Length;
        long place = (payload.Capacity - payload.Tail - parts - sizeof(Message)) & -Alignment;
        if (place < (long)payload.Length + room)
        {
            return false;
        }

        int end = payload.Capacity - payload.Tail;
        (message.KeyStart, end) = Copy(in payload, key, end);
        (message.HeadersStart, end) = Copy(in payload, headers, end);
        (message.OriginalStart, _) = Copy(in payload, original, end);
        message.Next = 0;
        // Safe: the place lies inside the block, behind what the front uses, and is a multiple of eight.
        *(Message*)(payload.Start + place) = message;
        if (last == 0)
        {
            payload.FirstMessage = (int)place;
        }
        else
        {
            // Safe: the caller has the place from an earlier call on this payload.
            ((Message*)(payload.Start + last))->Next = (int)place;
        }

        payload.Tail = payload.Capacity - (int)place;
        payload.Messages++;
        last = (int)place;
        return true;
    }

    /// <summary>The message at a place that <see cref="Payload.FirstMessage"/> or <see cref="Message.Next"/> gave.</summary>
    // Safe: those places are given by TryAdd alone.
    public static ref readonly Message At(in Payload payload, int place) => ref *(Message*)(payload.Start + place);

    /// <summary>Bytes of a message's part.</summary>
    // Safe: parts lie inside the block.
    public static ReadOnlySpan<byte> Part(in Payload payload, int start, int length) => new(payload.Start + start, Math.Max(0, length));

    private static (int Start, int End) Copy(in Payload payload, ReadOnlySpan<byte> part, int end)
    {
        int start = end - part.Length;
        // Safe: the caller has made sure that all parts fit.
        part.CopyTo(new Span<byte>(payload.Start + start, part.Length));
        return (start, start);
    }
}
