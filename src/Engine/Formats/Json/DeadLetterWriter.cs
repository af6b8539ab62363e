using System;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using DataStream.Batches;

namespace DataStream.Formats.Json;

/// <summary>Writes dead letters: one JSON object a line, <c>{"reason","stage","source","line","offset","field","expected","raw"}</c>.</summary>
/// <remarks>
/// One per lane. Texts are given as UTF-8 and escaped here. The raw bytes are cut at <c>max_record_size</c>, then written as <c>raw</c>, or as
/// <c>raw_base64</c> where they are not UTF-8 (a cut through a character makes them so).
/// </remarks>
public sealed class DeadLetterWriter
{
    private const int Base64Step = OutputBuffer.MaxReserve / 4 * 3;

    private readonly int _maxRecordSize;
    private readonly byte[]?[] _reasons = new byte[DeadReason.Capacity][];

    /// <param name="maxRecordSize">The most bytes of a record that a letter keeps.</param>
    public DeadLetterWriter(int maxRecordSize)
    {
        _maxRecordSize = maxRecordSize;
        for (int i = 0; i < DeadReason.Count; i++)
        {
            ReasonName(DeadReason.FromId(i));
        }
    }

    /// <summary>Writes one letter as a row.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="reason">Why the record is dead.</param>
    /// <param name="stage"><c>decode</c> or a module's name.</param>
    /// <param name="source">The path as opened, or <c>stdin</c>.</param>
    /// <param name="line">The physical line where the record starts; 0 where the format has no lines: null; −1 for a row that a window made: its source, line, offset and raw are null.</param>
    /// <param name="offset">The byte in the (decompressed) file where the record starts.</param>
    /// <param name="field">The schema's name of the field at fault; empty: null.</param>
    /// <param name="expected">What the field wants, its type; empty: null.</param>
    /// <param name="raw">The record without its line end.</param>
    public void Write(
        OutputBuffer output,
        DeadReason reason,
        ReadOnlySpan<byte> stage,
        ReadOnlySpan<byte> source,
        long line,
        long offset,
        ReadOnlySpan<byte> field,
        ReadOnlySpan<byte> expected,
        ReadOnlySpan<byte> raw)
    {
        bool hasRecord = line >= 0;
        output.BeginRow();
        var writer = new JsonWriter(output);
        Begin(ref writer, reason, stage);
        writer.Raw(",\"source\":"u8);
        TextOrNull(ref writer, hasRecord ? source : default);
        writer.Raw(",\"line\":"u8);
        NumberOrNull(ref writer, line > 0, line);
        writer.Raw(",\"offset\":"u8);
        NumberOrNull(ref writer, hasRecord, offset);
        End(ref writer, field, expected, hasRecord, raw);
        output.EndRow();
    }

    /// <summary>Writes the letter of a message: its topic, partition and key stand in place of source and line, and the offset is the message's.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="reason">Why the record is dead.</param>
    /// <param name="stage"><c>decode</c> or a module's name.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="key">The key.</param>
    /// <param name="hasKey">False: null.</param>
    /// <param name="offset">The message's place in the partition.</param>
    /// <param name="field">The schema's name of the field at fault; empty: null.</param>
    /// <param name="expected">What the field wants, its type; empty: null.</param>
    /// <param name="raw">The record.</param>
    public void WriteMessage(
        OutputBuffer output,
        DeadReason reason,
        ReadOnlySpan<byte> stage,
        ReadOnlySpan<byte> topic,
        int partition,
        ReadOnlySpan<byte> key,
        bool hasKey,
        long offset,
        ReadOnlySpan<byte> field,
        ReadOnlySpan<byte> expected,
        ReadOnlySpan<byte> raw)
    {
        output.BeginRow();
        var writer = new JsonWriter(output);
        Begin(ref writer, reason, stage);
        writer.Raw(",\"topic\":"u8);
        writer.Text(topic);
        writer.Raw(",\"partition\":"u8);
        writer.Int64(partition);
        WriteBytes(ref writer, ",\"key"u8, hasKey, key);
        writer.Raw(",\"offset\":"u8);
        writer.Int64(offset);
        End(ref writer, field, expected, hasRecord: true, raw);
        output.EndRow();
    }

    private void Begin(ref JsonWriter writer, DeadReason reason, ReadOnlySpan<byte> stage)
    {
        writer.Raw("{\"reason\":"u8);
        writer.Text(ReasonName(reason));
        writer.Raw(",\"stage\":"u8);
        writer.Text(stage);
    }

    private void End(ref JsonWriter writer, ReadOnlySpan<byte> field, ReadOnlySpan<byte> expected, bool hasRecord, ReadOnlySpan<byte> raw)
    {
        writer.Raw(",\"field\":"u8);
        TextOrNull(ref writer, field);
        writer.Raw(",\"expected\":"u8);
        TextOrNull(ref writer, expected);
        WriteBytes(ref writer, ",\"raw"u8, hasRecord, raw.Length > _maxRecordSize ? raw[.._maxRecordSize] : raw);
        writer.Raw("}\n"u8);
        writer.Flush();
    }

    /// <summary>A comma, then bytes as text where they are that, else in base 64 under the name with that ending.</summary>
    private static void WriteBytes(ref JsonWriter writer, ReadOnlySpan<byte> lead, bool isThere, ReadOnlySpan<byte> raw)
    {
        writer.Raw(lead);
        if (!isThere)
        {
            writer.Raw("\":null"u8);
        }
        else if (Utf8.IsValid(raw))
        {
            writer.Raw("\":"u8);
            writer.Text(raw);
        }
        else
        {
            writer.Raw("_base64\":\""u8);
            while (!raw.IsEmpty)
            {
                // Whole groups of three bytes, so that only the last piece is padded.
                ReadOnlySpan<byte> piece = raw[..Math.Min(raw.Length, Base64Step)];
                Base64.EncodeToUtf8(piece, writer.Reserve(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out int written);
                writer.Advance(written);
                raw = raw[piece.Length..];
            }

            writer.Raw("\""u8);
        }
    }

    private static void TextOrNull(ref JsonWriter writer, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            writer.Raw("null"u8);
        }
        else
        {
            writer.Text(text);
        }
    }

    private static void NumberOrNull(ref JsonWriter writer, bool isThere, long value)
    {
        if (isThere)
        {
            writer.Int64(value);
        }
        else
        {
            writer.Raw("null"u8);
        }
    }

    /// <summary>The names are encoded once; only a reason that is younger than the writer costs anything.</summary>
    private byte[] ReasonName(DeadReason reason) => _reasons[reason.Id] ??= Encoding.UTF8.GetBytes(reason.Name);
}
