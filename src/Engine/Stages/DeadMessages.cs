using System;
using System.Buffers.Text;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;

namespace DataStream.Stages;

/// <summary>Writes dead letters as messages: the original key, value and headers, and what is known of the death in headers <c>ds.*</c>. One per lane.</summary>
/// <remarks>A record of an input without messages is the value; its file and line are headers then, in place of topic and partition.</remarks>
internal sealed class DeadMessages
{
    private const int MaxInt64Length = 20;
    private static readonly byte[] s_last = "ds."u8.ToArray();

    private readonly byte[]?[] _reasons = new byte[DeadReason.Capacity][];
    private byte[] _headers = new byte[1024];
    private int _length;

    /// <summary>A message of an input that has those.</summary>
    public void Write(OutputBuffer output, in Payload payload, in Message message, DeadReason reason, ReadOnlySpan<byte> stage, ReadOnlySpan<byte> field, ReadOnlySpan<byte> topic)
    {
        ReadOnlySpan<byte> headers = PayloadMessages.Part(in payload, message.HeadersStart, message.HeadersLength);
        Begin(reason, stage, field, headers);
        if (!AddPlace(headers))
        {
            Add("ds.topic"u8, topic);
            Add("ds.partition"u8, message.Partition);
            Add("ds.offset"u8, message.Offset);
        }

        bool hasOriginal = message.OriginalLength > 0;
        ReadOnlySpan<byte> value = hasOriginal ? PayloadMessages.Part(in payload, message.OriginalStart, message.OriginalLength)
            : payload.Bytes.Slice(message.ValueStart, Math.Min(message.ValueLength, message.FullLength));
        Send(output, PayloadMessages.Part(in payload, message.KeyStart, message.KeyLength), message.KeyLength >= 0, value, message.Milliseconds < 0 ? MessageFrame.NoTime : message.Milliseconds);
    }

    /// <summary>A record of a file, or a row that a window made (<paramref name="line"/> −1).</summary>
    public void Write(OutputBuffer output, DeadReason reason, ReadOnlySpan<byte> stage, ReadOnlySpan<byte> field, ReadOnlySpan<byte> source, long line, long offset, ReadOnlySpan<byte> raw)
    {
        Begin(reason, stage, field, []);
        if (line >= 0)
        {
            Add("ds.source"u8, source);
            Add("ds.line"u8, line);
            Add("ds.offset"u8, offset);
        }

        Send(output, [], hasKey: false, raw, MessageFrame.NoTime);
    }

    /// <summary>The headers that the message came with, but for those of an earlier death, then what is known of this one.</summary>
    private void Begin(DeadReason reason, ReadOnlySpan<byte> stage, ReadOnlySpan<byte> field, ReadOnlySpan<byte> headers)
    {
        _length = 0;
        while (MessageHeaders.TryRead(ref headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool hasValue))
        {
            if (!name.StartsWith(s_last))
            {
                Add(name, value, hasValue);
            }
        }

        Add("ds.reason"u8, _reasons[reason.Id] ??= Encoding.UTF8.GetBytes(reason.Name));
        Add("ds.stage"u8, stage);
        if (!field.IsEmpty)
        {
            Add("ds.field"u8, field);
        }
    }

    /// <summary>A letter that dies again keeps the place where it died first; false for a message that is no letter.</summary>
    private bool AddPlace(ReadOnlySpan<byte> headers)
    {
        int topic = MessageHeaders.Find(headers, "ds.topic"u8, out int topicLength);
        int partition = MessageHeaders.Find(headers, "ds.partition"u8, out int partitionLength);
        int offset = MessageHeaders.Find(headers, "ds.offset"u8, out int offsetLength);
        if (topic < 0 || partition < 0 || offset < 0)
        {
            return false;
        }

        Add("ds.topic"u8, headers.Slice(topic, topicLength));
        Add("ds.partition"u8, headers.Slice(partition, partitionLength));
        Add("ds.offset"u8, headers.Slice(offset, offsetLength));
        return true;
    }

    private void Add(ReadOnlySpan<byte> name, long value)
    {
        Span<byte> text = stackalloc byte[MaxInt64Length];
        Utf8Formatter.TryFormat(value, text, out int length);
        Add(name, text[..length]);
    }

    private void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue = true)
    {
        int size = MessageHeaders.SizeOf(name, value);
        if (_headers.Length - _length < size)
        {
            Array.Resize(ref _headers, Math.Max(2 * _headers.Length, _length + size));
        }

        _length += MessageHeaders.Write(name, value, hasValue, _headers.AsSpan(_length));
    }

    private void Send(OutputBuffer output, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, long milliseconds)
    {
        output.BeginRow();
        MessageFrame.WriteHead(output.Reserve(MessageFrame.HeadLength), hasKey ? key.Length : -1, _length, value.Length, milliseconds);
        output.Commit(MessageFrame.HeadLength);
        output.Write(key);
        output.Write(_headers.AsSpan(0, _length));
        output.Write(value);
        output.EndRow();
    }
}
