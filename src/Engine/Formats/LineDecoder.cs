using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Decodes records that are lines: finds them, keeps their places, kills those that are too long, and leaves what stands in a line to the format. Goes with <see cref="LineCutter"/>.</summary>
/// <remarks>One per lane. Lines without bytes are no records.</remarks>
public abstract class LineDecoder : Decoder
{
    private readonly DecodePlan _plan;
    private readonly DecodeField[] _needed;

    /// <param name="plan">The fields, of which only the needed ones have a column.</param>
    protected LineDecoder(DecodePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        _plan = plan;
        _needed = Array.FindAll([.. plan.Fields], field => field.IsNeeded);
    }

    /// <summary>The fields that have a column in the batch.</summary>
    protected ReadOnlySpan<DecodeField> Needed => _needed;

    public sealed override int Decode(in Payload payload, int offset, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ReadOnlySpan<byte> bytes = payload.Bytes;
        batch.Attach(payload);
        batch.SetCount(batch.Capacity);
        foreach (DecodeField field in _needed)
        {
            batch.WholeValidity(field.Ordinal).Fill(ulong.MaxValue);
        }

        Span<Text> records = _plan.KeepRecords ? batch.WholeRecords : [];
        int row = 0;
        while (offset < bytes.Length && row < batch.Capacity)
        {
            ReadOnlySpan<byte> rest = bytes[offset..];
            int length = FindEnd(rest, _plan.MaxRecordSize, out int content);
            bool isTooLong = content > _plan.MaxRecordSize;
            var line = new Text(offset, isTooLong ? _plan.MaxRecordSize : Trim(rest[..content]));
            offset += length;
            if (line.Length == 0)
            {
                continue;
            }

            if (!records.IsEmpty)
            {
                records[row] = line;
            }

            if (isTooLong)
            {
                Kill(batch, row, DeadReason.RecordTooLong);
            }
            else
            {
                DecodeLine(batch, row, bytes, line);
            }

            row++;
        }

        batch.Truncate(row);
        return offset;
    }

    /// <summary>Reads one line into the needed columns, which count as values until <see cref="Batch.SetNull"/> says otherwise; <see cref="Kill"/> where it cannot be read.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="row">The line's row.</param>
    /// <param name="payload">The bytes that texts are places in.</param>
    /// <param name="line">The line's place, without its end.</param>
    protected abstract void DecodeLine(Batch batch, int row, ReadOnlySpan<byte> payload, Text line);

    /// <summary>Makes the line a dead record, with values that nobody stumbles over.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="row">The line's row.</param>
    /// <param name="reason">Why.</param>
    /// <param name="ordinal">The field at fault, or −1.</param>
    protected void Kill(Batch batch, int row, DeadReason reason, int ordinal = -1)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (DecodeField field in _needed)
        {
            Clear(batch, row, field);
        }

        batch.Kill(row, reason, ordinal);
    }

    /// <summary>Makes the field null, and the record dead where it must not be.</summary>
    protected static void SetNull(Batch batch, int row, DecodeField field)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(field);
        Clear(batch, row, field);
        if (!field.Nullable)
        {
            batch.Kill(row, DeadReason.NullField, field.Ordinal);
        }
    }

    /// <summary>The length of the record at the front with its end, and without (one more than <paramref name="max"/> at most where it is too long).</summary>
    private protected virtual int FindEnd(ReadOnlySpan<byte> rest, int max, out int content)
    {
        // A cutter leaves one byte more than the longest record of those that are too long.
        int feed = rest[..(int)Math.Min(rest.Length, max + 2L)].IndexOf(Lines.LineFeed);
        content = feed < 0 ? Math.Min(rest.Length, max + 1) : Lines.ContentLength(rest, 0, feed);
        return feed < 0 || content > max ? Math.Min(rest.Length, max + 1) : feed + 1;
    }

    /// <summary>The length of what counts of a record.</summary>
    private protected virtual int Trim(ReadOnlySpan<byte> record) => record.Length;

    private static void Clear(Batch batch, int row, DecodeField field)
    {
        if (field.Type.Kind == ColumnKind.Text)
        {
            batch.Whole<Text>(field.Ordinal)[row] = default;
        }
        else if (field.Type.Kind == ColumnKind.Bool)
        {
            batch.Whole<bool>(field.Ordinal)[row] = false;
        }
        else
        {
            batch.Whole<long>(field.Ordinal)[row] = 0; // eight bytes of zeros, whatever they mean
        }

        batch.SetNull(field.Ordinal, row);
    }
}
