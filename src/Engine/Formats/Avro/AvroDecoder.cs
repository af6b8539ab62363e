using System;
using System.Buffers.Binary;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Formats.Avro;

/// <summary>Reads records that a cutter found sound into columns. One per lane.</summary>
internal sealed class AvroDecoder : Decoder
{
    private readonly AvroReading _reading;
    private readonly DecodePlan _plan;
    private readonly int _planNumber;
    private readonly int[] _needed; // ordinals
    private readonly AvroValues _values;
    private readonly AvroRow _row;
    private int _schema = -1;
    private AvroOp[] _ops = [];
    private int _prefix;

    public AvroDecoder(AvroReading reading, DecodePlan plan, int planNumber)
    {
        (_reading, _plan, _planNumber) = (reading, plan, planNumber);
        _needed = [.. plan.Fields.Where(field => field.IsNeeded).Select(field => field.Ordinal)];
        _values = new AvroValues(plan);
        _row = new AvroRow(_values);
    }

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        ReadOnlySpan<byte> bytes = payload.Bytes;
        AvroPieces kind = AvroPiece.KindOf(payload.Header);
        batch.Attach(payload);
        batch.SetCount(batch.Capacity);
        foreach (int ordinal in _needed)
        {
            batch.WholeValidity(ordinal).Fill(ulong.MaxValue);
        }

        if (kind > AvroPieces.Records)
        {
            KillPiece(batch, bytes.Length, kind);
            batch.Truncate(1);
            return bytes.Length;
        }

        Use(AvroPiece.SchemaOf(payload.Header));
        _values.Batch = batch;
        int end = kind == AvroPieces.Records ? bytes.Length : AvroPiece.Find(bytes, ref offset);
        int row = 0;
        while (row < batch.Capacity)
        {
            if (offset == end)
            {
                if (offset == bytes.Length)
                {
                    break;
                }

                end = AvroPiece.Find(bytes, ref offset);
            }

            offset = Read(bytes[..end], offset, batch, row);
            row++;
        }

        batch.Truncate(row);
        return offset;
    }

    private int Read(ReadOnlySpan<byte> bytes, int offset, Batch batch, int row)
    {
        var cursor = new AvroCursor(bytes) { At = offset + _prefix };
        _values.Begin(row);
        bool isSound = _row.Run(_ops, ref cursor);
        int end = isSound ? cursor.At : bytes.Length;
        if (_plan.KeepRecords)
        {
            batch.WholeRecords[row] = new Text(offset, Math.Min(end - offset, _plan.MaxRecordSize));
        }

        if (!isSound)
        {
            _values.Clear();
            batch.Kill(row, DeadReason.BadAvro);
        }
        else if (_values.IsBad)
        {
            _values.Clear();
            batch.Kill(row, _values.Reason, _values.Column);
        }

        return end;
    }

    /// <summary>The whole payload is one event that cannot be read.</summary>
    private void KillPiece(Batch batch, int length, AvroPieces kind)
    {
        _values.Batch = batch;
        _values.Begin(0);
        _values.Clear();
        if (_plan.KeepRecords)
        {
            batch.WholeRecords[0] = new Text(0, Math.Min(length, _plan.MaxRecordSize));
        }

        batch.Kill(0, kind switch
        {
            AvroPieces.TooLong => DeadReason.RecordTooLong,
            AvroPieces.TooDeep => DeadReason.TooDeep,
            AvroPieces.UnknownSchema => DeadReason.UnknownSchema,
            _ => DeadReason.BadAvro,
        });
    }

    private void Use(int schema)
    {
        if (schema != _schema)
        {
            AvroLayout layout = _reading.Layout(schema);
            _ops = layout.Ops[_planNumber];
            _prefix = layout.Prefix;
            _schema = schema;
        }
    }
}
