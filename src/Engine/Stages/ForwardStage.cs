using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;

namespace DataStream.Stages;

/// <summary>Sends every record on as it came (<see cref="ForwardedMessage"/>), keyed by its row's columns; one whose row is not live has no key. Lane thread only.</summary>
/// <param name="keys">The columns of the key.</param>
/// <param name="sourceName">The names of topics by payload source.</param>
internal sealed class ForwardStage(IReadOnlyList<Field> keys, SourceNames sourceName)
{
    private byte[] _key = new byte[256];
    private int _length;
    private int _place;
    private Payload _payload;

    /// <summary>What follows is of this payload.</summary>
    public void BeginPayload(in Payload payload) => (_payload, _place) = (payload, payload.FirstMessage);

    /// <summary>Writes the batch's records.</summary>
    public void Write(Batch batch, OutputLane output)
    {
        ref readonly Payload payload = ref _payload;
        ReadOnlySpan<byte> topic = sourceName(payload.Source);
        ReadOnlySpan<ulong> live = batch.Selection;
        for (int row = 0; row < batch.Count; row++)
        {
            Text record = batch.Records[row];
            ref readonly Message message = ref MessageOf(record.Offset, in payload);
            ReadOnlySpan<byte> value = message.OriginalLength > 0 ? PayloadMessages.Part(in payload, message.OriginalStart, message.OriginalLength) : payload.Bytes.Slice(record.Offset, record.Length);
            ReadOnlySpan<byte> own = PayloadMessages.Part(in payload, message.KeyStart, message.KeyLength);
            ReadOnlySpan<byte> headers = PayloadMessages.Part(in payload, message.HeadersStart, message.HeadersLength);
            _length = 0;
            bool hasKey = ((live[row >> 6] >> (row & 63)) & 1) != 0;
            for (int i = 0; hasKey && i < keys.Count; i++)
            {
                AppendKey(batch, keys[i], row);
            }

            output.BeginRow();
            Span<byte> head = output.Reserve(MessageFrame.HeadLength);
            MessageFrame.WriteHead(head, hasKey ? _length : -1, 0, ForwardedMessage.HeadLength + topic.Length + own.Length + headers.Length + value.Length, MessageFrame.NoTime);
            output.Commit(MessageFrame.HeadLength);
            output.Write(_key.AsSpan(0, _length));
            ForwardedMessage.WriteHead(output.Reserve(ForwardedMessage.HeadLength), isWord: false, isQuiet: false, payload.Partition, message.Offset, message.Milliseconds, topic.Length, message.KeyLength, headers.Length);
            output.Commit(ForwardedMessage.HeadLength);
            output.Write(topic);
            output.Write(own);
            output.Write(headers);
            output.Write(value);
            output.EndRow();
        }
    }

    private ref readonly Message MessageOf(int offset, in Payload payload)
    {
        ref readonly Message message = ref PayloadMessages.At(in payload, _place);
        while (message.Next > 0 && offset >= message.ValueStart + message.ValueLength)
        {
            _place = message.Next;
            message = ref PayloadMessages.At(in payload, _place);
        }

        return ref message;
    }

    /// <summary>Equal values give equal bytes, and values that differ others; null is a value of its own.</summary>
    private void AppendKey(Batch batch, Field field, int row)
    {
        if (batch.IsNull(field.Ordinal, row))
        {
            Reserve(1)[0] = 0;
            _length++;
            return;
        }

        if (field.Type.Kind == ColumnKind.Text)
        {
            ReadOnlySpan<byte> text = batch.Bytes(batch.Values(new Column<Text>(field.Ordinal))[row]);
            Span<byte> target = Reserve(1 + sizeof(int) + text.Length);
            target[0] = 1;
            BinaryPrimitives.WriteInt32LittleEndian(target[1..], text.Length);
            text.CopyTo(target[(1 + sizeof(int))..]);
            _length += 1 + sizeof(int) + text.Length;
            return;
        }

        long value = field.Type.Kind switch
        {
            ColumnKind.Float64 => BitConverter.DoubleToInt64Bits(batch.Values(new Column<double>(field.Ordinal))[row] + 0.0), // −0 and 0 are one key
            ColumnKind.Bool => batch.Values(new Column<bool>(field.Ordinal))[row] ? 1 : 0,
            ColumnKind.Timestamp => batch.Values(new Column<Timestamp>(field.Ordinal))[row].Microseconds,
            _ => batch.Values(new Column<long>(field.Ordinal))[row],
        };
        Span<byte> bytes = Reserve(1 + sizeof(long));
        bytes[0] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes[1..], value);
        _length += 1 + sizeof(long);
    }

    private Span<byte> Reserve(int length)
    {
        if (_key.Length - _length < length)
        {
            Array.Resize(ref _key, Math.Max(2 * _key.Length, _length + length));
        }

        return _key.AsSpan(_length);
    }
}
