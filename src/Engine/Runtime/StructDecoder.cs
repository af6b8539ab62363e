using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Formats;

namespace DataStream.Runtime;

/// <summary>Reads as many structs of an ingress as the payload counts, up to a batch, and spreads their fields over columns.</summary>
internal sealed class StructDecoder<T>(ProducerRings<T> ring, IReadOnlyList<StructField> layout, IReadOnlyList<DecodeField> plan) : Decoder where T : unmanaged
{
    private readonly DecodeField[] _plan = [.. plan.Where(field => field.IsNeeded)];
    private readonly StructField[] _fields = [.. plan.Where(field => field.IsNeeded).Select(field => layout.First(f => f.Column == field.Sources[0]))];

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        int count = Math.Min(payload.Length - offset, batch.Capacity);
        for (int i = 0; i < _fields.Length; i++)
        {
            Put(batch, _plan[i].Ordinal, offset, count, _fields[i]);
        }

        batch.SetCount(count);
        batch.Records.Clear();
        KillNulls(batch);
        return offset + count;
    }

    /// <summary>Nulls, which are NaN, infinities and numbers beyond int64, of fields that must not have any.</summary>
    private void KillNulls(Batch batch)
    {
        foreach (DecodeField field in _plan)
        {
            for (int row = 0; !field.Nullable && row < batch.Count; row++)
            {
                if (batch.IsNull(field.Ordinal, row))
                {
                    batch.Kill(row, DeadReason.NullField, field.Ordinal);
                }
            }
        }
    }

    /// <summary>A column: the usual fields without a choice in the loop.</summary>
    private void Put(Batch batch, int ordinal, int offset, int count, StructField field)
    {
        switch (field)
        {
            case { Flag: < 0, Value: StructValue.Int64 or StructValue.Timestamp }:
                Span<long> integers = batch.Whole<long>(ordinal)[..count];
                for (int row = 0; row < integers.Length; row++)
                {
                    integers[row] = BinaryPrimitives.ReadInt64LittleEndian(Item(offset + row)[field.Offset..]);
                }

                batch.SetValid(ordinal, 0, count);
                break;
            case { Flag: < 0, Value: StructValue.Double }:
                batch.SetValid(ordinal, 0, count);
                Span<double> values = batch.Whole<double>(ordinal)[..count];
                for (int row = 0; row < values.Length; row++)
                {
                    double value = BinaryPrimitives.ReadDoubleLittleEndian(Item(offset + row)[field.Offset..]);
                    values[row] = value;
                    if (!double.IsFinite(value))
                    {
                        batch.SetNull(ordinal, row);
                    }
                }

                break;
            default:
                for (int row = 0; row < count; row++)
                {
                    Put(batch, ordinal, row, Item(offset + row), field);
                }

                break;
        }
    }

    private ReadOnlySpan<byte> Item(int index) => StructBytes.Of(in ring.ItemBehind(index));

    private static void Put(Batch batch, int ordinal, int row, ReadOnlySpan<byte> item, StructField field)
    {
        if (field.Flag >= 0 && item[field.Flag] == 0)
        {
            batch.SetNull(ordinal, row);
            return;
        }

        batch.SetValid(ordinal, row);
        ReadOnlySpan<byte> bytes = item[field.Offset..];
        switch (field.Value)
        {
            case StructValue.Double:
                PutDouble(batch, ordinal, row, BinaryPrimitives.ReadDoubleLittleEndian(bytes));
                break;
            case StructValue.Single:
                PutDouble(batch, ordinal, row, BinaryPrimitives.ReadSingleLittleEndian(bytes));
                break;
            case StructValue.Bool:
                batch.Whole<bool>(ordinal)[row] = bytes[0] != 0;
                break;
            default:
                batch.Whole<long>(ordinal)[row] = Integer(bytes, field.Value, batch, ordinal, row);
                break;
        }
    }

    private static void PutDouble(Batch batch, int ordinal, int row, double value)
    {
        batch.Whole<double>(ordinal)[row] = value;
        if (!double.IsFinite(value))
        {
            batch.SetNull(ordinal, row);
        }
    }

    private static long Integer(ReadOnlySpan<byte> bytes, StructValue kind, Batch batch, int ordinal, int row)
    {
        switch (kind)
        {
            case StructValue.SByte:
                return (sbyte)bytes[0];
            case StructValue.Byte:
                return bytes[0];
            case StructValue.Int16:
                return BinaryPrimitives.ReadInt16LittleEndian(bytes);
            case StructValue.UInt16:
                return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            case StructValue.Int32:
                return BinaryPrimitives.ReadInt32LittleEndian(bytes);
            case StructValue.UInt32:
                return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            case StructValue.DateTime:
                long ticks = BinaryPrimitives.ReadInt64LittleEndian(bytes) & 0x3FFF_FFFF_FFFF_FFFF; // the two upper bits are the kind
                return (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
            case StructValue.UInt64 when BinaryPrimitives.ReadUInt64LittleEndian(bytes) > long.MaxValue:
                batch.SetNull(ordinal, row); // no int64 can hold it
                return 0;
            default:
                return BinaryPrimitives.ReadInt64LittleEndian(bytes);
        }
    }
}
