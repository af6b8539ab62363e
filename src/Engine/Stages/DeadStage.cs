using System;
using System.Globalization;
using System.Numerics;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats.Json;
using DataStream.Kernels;

namespace DataStream.Stages;

/// <summary>Counts the dead rows of a batch, writes their letters in input order, and finds the row that ends a run under <c>on_error: fail</c>.</summary>
public sealed class DeadStage(DeadPlan plan, RunState state, OutputLane? letters, CountsLayout layout, Action<long> charge) : IDisposable
{
    private readonly DeadLetterWriter _writer = new(plan.MaxRecordSize);
    private readonly DeadMessages? _messages = plan.AreMessages ? new DeadMessages() : null;
    private int _place; // of the message that the last row came from
    private long _line;
    private int _lineOffset;
    private readonly HeldLetters _held = new(charge);
    private bool _holds; // until the payload's records have their letters

    /// <summary>Rows that died in the current payload and have a letter.</summary>
    public int Letters { get; private set; }

    public void BeginPayload(in Payload payload)
    {
        _line = payload.FirstLine;
        _lineOffset = 0;
        Letters = 0;
        _holds = true;
        _place = payload.FirstMessage;
    }

    /// <summary>The first row whose stage's policy is <c>fail</c>, or −1.</summary>
    public int FindFailing(Batch batch)
    {
        if (!plan.CanFail)
        {
            return -1;
        }

        for (int word = 0; word < batch.Words; word++)
        {
            for (ulong dead = batch.Dead[word]; dead != 0; dead &= dead - 1)
            {
                int row = (word * 64) + BitOperations.TrailingZeroCount(dead);
                if (plan.PolicyOf(batch.DeathOf(row).Stage) == OnError.Fail)
                {
                    return row;
                }
            }
        }

        return -1;
    }

    /// <summary>Counts and reports every dead row of the batch.</summary>
    public void Report(Batch batch, in Payload payload, Span<long> counts)
    {
        for (int word = 0; word < batch.Words; word++)
        {
            for (ulong dead = batch.Dead[word]; dead != 0; dead &= dead - 1)
            {
                Report(batch, (word * 64) + BitOperations.TrailingZeroCount(dead), in payload, counts);
            }
        }
    }

    /// <summary>What killed a row, for the message that a failing run ends with.</summary>
    public string Describe(Batch batch, int row, in Payload payload)
    {
        (DeadReason reason, int stage, int column) = batch.DeathOf(row);
        Text record = batch.Records[row];
        (int source, long line) = payload.FirstMessage > 0 && MessageOf(record.Offset, in payload) is var message ? (message.Source, message.Offset) : (payload.Source, LineOf(record.Offset, in payload));
        string field = column < 0 ? "" : $", field '{Encoding.UTF8.GetString(plan.ColumnName(stage, column))}'";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Encoding.UTF8.GetString(state.SourceName(source))}:{line}: {reason.Name} at {plan.StageNames[stage]}{field}; on_error: fail ends the run at the first such record");
    }

    /// <summary>A row that a window emitted was killed by a later module: no record of the input is behind it.</summary>
    public void ReportResult(DeadReason reason, int stage, int column)
    {
        if (letters is null || plan.PolicyOf(stage) != OnError.DeadLetter)
        {
            return;
        }

        if (_holds)
        {
            _held.Add(reason, stage, column);
        }
        else
        {
            WriteResult(reason, stage, column);
        }
    }

    /// <summary>The payload's records have their letters. Those of results that died meanwhile come behind, as they do where other lanes' windows give them.</summary>
    public void WriteHeld()
    {
        _holds = false;
        foreach (HeldLetters.Letters each in _held.All)
        {
            for (int n = 0; n < each.Count; n++)
            {
                WriteResult(each.Reason, each.Stage, each.Column);
            }
        }

        _held.Clear();
    }

    public void Dispose() => _held.Dispose();

    private void WriteResult(DeadReason reason, int stage, int column)
    {
        if (_messages is not null)
        {
            _messages.Write(letters!, reason, plan.StageOf(stage), plan.ColumnName(stage, column), default, -1, -1, default);
            return;
        }

        _writer.Write(letters!, reason, plan.StageOf(stage), default, -1, -1, plan.ColumnName(stage, column), plan.Expected(stage, column), default);
    }

    private void Report(Batch batch, int row, in Payload payload, Span<long> counts)
    {
        (DeadReason reason, int stage, int column) = batch.DeathOf(row);
        int ordinal = batch.FirstOrdinal + row;
        counts[CountsLayout.Of(Bucket.Dead)]++;
        counts[layout.OfReason(reason.Id)]++;
        if (ordinal < layout.Ordinals)
        {
            counts[layout.DeadBits + (ordinal >> 6)] |= 1L << ordinal;
        }

        Text record = batch.Records[row];
        if (payload.FirstMessage > 0)
        {
            ReportMessage(reason, stage, column, record, ordinal, in payload);
            return;
        }

        long line = LineOf(record.Offset, in payload);
        ReadOnlySpan<byte> raw = payload.Bytes.Slice(record.Offset, Math.Min(record.Length, plan.MaxRecordSize));
        state.Examples.Offer(reason.Id, payload.Number, ordinal, payload.Source, line, OffsetOf(record.Offset, in payload), raw);
        if (letters is null || plan.PolicyOf(stage) != OnError.DeadLetter)
        {
            return;
        }

        if (_messages is not null)
        {
            _messages.Write(letters, reason, plan.StageOf(stage), plan.ColumnName(stage, column), state.SourceName(payload.Source), line, OffsetOf(record.Offset, in payload), raw);
            return;
        }

        _writer.Write(letters, reason, plan.StageOf(stage), state.SourceName(payload.Source), line, OffsetOf(record.Offset, in payload),
            plan.ColumnName(stage, column), plan.Expected(stage, column), raw);
    }

    /// <summary>The same for a record that is a message, or a line of one.</summary>
    private void ReportMessage(DeadReason reason, int stage, int column, Text record, int ordinal, in Payload payload)
    {
        ref readonly Message message = ref MessageOf(record.Offset, in payload);
        ReadOnlySpan<byte> topic = state.SourceName(message.Source);
        ReadOnlySpan<byte> raw = message.OriginalLength > 0 ? PayloadMessages.Part(in payload, message.OriginalStart, message.OriginalLength) : payload.Bytes.Slice(record.Offset, record.Length);
        raw = raw[..Math.Min(raw.Length, plan.MaxRecordSize)];
        state.Examples.Offer(reason.Id, payload.Number, ordinal, message.Source, message.Offset, message.Offset, raw);
        if (letters is null || plan.PolicyOf(stage) != OnError.DeadLetter)
        {
            return;
        }

        if (_messages is not null)
        {
            _messages.Write(letters, in payload, in message, reason, plan.StageOf(stage), plan.ColumnName(stage, column), topic);
            return;
        }

        _writer.WriteMessage(letters, reason, plan.StageOf(stage), topic, message.Partition, PayloadMessages.Part(in payload, message.KeyStart, message.KeyLength), message.KeyLength >= 0,
            message.Offset, plan.ColumnName(stage, column), plan.Expected(stage, column), raw);
    }

    /// <summary>The message that a byte of the payload belongs to; rows come in order.</summary>
    private ref readonly Message MessageOf(int offset, in Payload payload)
    {
        ref readonly Message message = ref PayloadMessages.At(in payload, _place);
        if (offset < message.ValueStart)
        {
            _place = payload.FirstMessage;
            message = ref PayloadMessages.At(in payload, _place);
        }

        while (message.Next > 0 && offset >= message.ValueStart + message.ValueLength)
        {
            _place = message.Next;
            message = ref PayloadMessages.At(in payload, _place);
        }

        return ref message;
    }

    /// <summary>Where in the file a byte of the payload was.</summary>
    private static long OffsetOf(int offset, in Payload payload) =>
        payload.FirstOffset + (payload.Encoding == TextEncoding.Utf8 ? offset : Transcoding.LengthBefore(payload.Bytes[..offset], payload.Encoding));

    /// <summary>The physical line of a byte of the payload; rows come in order, so each newline is counted once.</summary>
    private long LineOf(int offset, in Payload payload)
    {
        if (payload.FirstLine == 0)
        {
            return 0; // the format has no lines
        }

        if (offset < _lineOffset)
        {
            _line = payload.FirstLine;
            _lineOffset = 0;
        }

        _line += payload.Bytes[_lineOffset..offset].Count((byte)'\n');
        _lineOffset = offset;
        return _line;
    }
}
