using System;
using System.Linq;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Avro;

/// <summary>Reads records that a cutter found sound into columns. One per lane.</summary>
internal sealed class AvroDecoder : Decoder
{
    private readonly AvroReading _reading;
    private readonly DecodePlan _plan;
    private readonly int _planNumber;
    private readonly int[] _needed; // ordinals
    private readonly AvroValues _values;
    private readonly AvroJoins _joins;
    private readonly AvroRow _row;
    private readonly nint[] _columns; // by place of the field
    private int _schema = -1;
    private AvroOp[] _ops = [];
    private AvroPacked _packed = new([], []);
    private int _prefix;
    private ulong[] _nulls = []; // by place of the field, as many words as a batch has: what the kernel found null

    public AvroDecoder(AvroReading reading, DecodePlan plan, int planNumber)
    {
        (_reading, _plan, _planNumber) = (reading, plan, planNumber);
        _needed = [.. plan.Fields.Where(field => field.IsNeeded).Select(field => field.Ordinal)];
        _values = new AvroValues(plan);
        _joins = new AvroJoins(plan);
        _row = new AvroRow(_values, _joins);
        _columns = new nint[plan.Fields.Count];
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
        Begin(batch);
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

            if (!ReadPacked(bytes, end, ref offset, batch, ref row))
            {
                offset = Read(bytes[..end], offset, batch, row);
                row++;
            }
        }

        SetNulls(batch);
        batch.Truncate(row);
        return offset;
    }

    private void Begin(Batch batch)
    {
        _values.Batch = batch;
        if (_nulls.Length != _columns.Length * (batch.Capacity / Batch.BlockLength))
        {
            _nulls = new ulong[_columns.Length * (batch.Capacity / Batch.BlockLength)]; // the first batch, and all are alike
        }

        Array.Clear(_nulls);
        for (int place = 0; place < _columns.Length; place++)
        {
            DecodeField field = _plan.Fields[place];
            _columns[place] = field.IsNeeded ? batch.StartOf(field.Ordinal) : 0;
        }
    }

    private void SetNulls(Batch batch)
    {
        int words = batch.Capacity / Batch.BlockLength;
        for (int place = 0; place < _columns.Length; place++)
        {
            if (_columns[place] != 0)
            {
                Span<ulong> validity = batch.WholeValidity(_plan.Fields[place].Ordinal);
                for (int word = 0; word < words; word++)
                {
                    validity[word] &= ~_nulls[(place * words) + word];
                }
            }
        }
    }

    /// <summary>Reads records as far as the kernel does; false where the next one is not for it.</summary>
    private bool ReadPacked(ReadOnlySpan<byte> bytes, int end, ref int offset, Batch batch, ref int row)
    {
        AvroPacked packed = _packed;
        var records = new PackedRecords(bytes, end, packed.Steps, _columns, _nulls, _plan.KeepRecords ? batch.StartOfRecords : 0, _plan.MaxRecordSize) { At = offset, Row = row };
        while (true)
        {
            PackedEnd how = records.Read(batch.Capacity);
            if (how == PackedEnd.Other && ReadOther(packed.Others.AsSpan(records.Target, 1), bytes[..end], ref records))
            {
                continue;
            }

            if (how == PackedEnd.Record && _values.IsBad)
            {
                _values.Clear();
                batch.Kill(records.Row - 1, _values.Reason, _values.Column);
            }

            if (how == PackedEnd.Record && records.Row < batch.Capacity && records.At < end)
            {
                continue;
            }

            if (how == PackedEnd.Other)
            {
                records.Abandon();
            }

            (offset, row) = (records.At, records.Row);
            return how is PackedEnd.Rows or PackedEnd.Record;
        }
    }

    private bool ReadOther(ReadOnlySpan<AvroOp> op, ReadOnlySpan<byte> bytes, ref PackedRecords records)
    {
        if (records.IsFirst)
        {
            _values.Begin(records.Row);
            _joins.Begin();
        }

        var cursor = new AvroCursor(bytes) { At = records.At };
        bool isRead = cursor.At <= bytes.Length && _row.Run(op, ref cursor);
        records.At = cursor.At;
        return isRead;
    }

    private int Read(ReadOnlySpan<byte> bytes, int offset, Batch batch, int row)
    {
        var cursor = new AvroCursor(bytes) { At = offset + _prefix };
        _values.Begin(row);
        _joins.Begin();
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
            _packed = layout.Packed[_planNumber];
            _prefix = layout.Prefix;
            _schema = schema;
        }
    }
}
