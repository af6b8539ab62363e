using System;
using System.Buffers.Binary;
using DataStream.Batches;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>Reads records that look as an earlier one did: the same keys in the same order, and values of the expected forms. One lane's.</summary>
/// <remarks>
/// Every key is compared and every value's token looked at, so that a record is read here or, at the first byte that differs, not at all: the decoder then reads
/// it as any other. One shape is kept for each number of keys (to 15). What a record fills is noted for a block of 64 rows and a shape at once.
/// </remarks>
internal sealed class MessagePackShapes
{
    private const int Kept = 16;
    private const int MaxScore = 8;
    private const int MaxWait = 1024;
    private const int Room = 48; // bytes that a step may look at: a key of 16, the value's token and its fixed data
    private const byte MinusOne = 0xFF; // the type of the timestamp extension

    private readonly int _maxRecordSize;
    private readonly MessagePackFields _fields;
    private readonly MessagePackShape[] _shapes = new MessagePackShape[Kept];
    private readonly MessagePackShapeLearner _learner;
    private Batch _batch = null!; // during a call
    private MessagePackShape _noted; // whose rows stand in the mask
    private ulong _mask;
    private int _block;
    private int _wait;
    private int _nextWait = 1;

    public MessagePackShapes(PathNode<MessagePackKeys> root, MessagePackFields fields, int slots, int maxRecordSize)
    {
        (_fields, _maxRecordSize) = (fields, maxRecordSize);
        _learner = new MessagePackShapeLearner(root, fields, slots);
        for (int i = 0; i < Kept; i++)
        {
            _shapes[i] = new MessagePackShape(fields.All.Length);
        }

        _noted = _shapes[0];
    }

    public void Begin(Batch batch)
    {
        _batch = batch;
        (_mask, _block) = (0, 0);
    }

    /// <summary>The batch has its rows.</summary>
    public void End(int rows) => Note(rows);

    /// <summary>Reads the record at the cursor into a row, and goes behind it; false where it has another shape.</summary>
    public bool TryRead(ref MessagePackCursor cursor, Batch batch, int row)
    {
        ReadOnlySpan<byte> bytes = cursor.Bytes;
        int start = cursor.At;
        int at = start;
        MessagePackShape shape = _shapes[bytes[at] & (Kept - 1)];
        if (shape.Head != bytes[at])
        {
            return false;
        }

        at++;
        foreach (ref readonly MessagePackStep step in shape.Steps)
        {
            if (bytes.Length - at < Room)
            {
                return false;
            }

            ulong different = ((BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) ^ step.Low) & step.LowMask)
                | ((BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at + 8)..]) ^ step.High) & step.HighMask);
            if (different != 0 || (step.KeyLength > 16 && !bytes[at..].StartsWith(shape.Key(step))))
            {
                return false;
            }

            at += step.KeyLength;
            if (!TryValue(step, ref cursor, ref at, batch, row))
            {
                return false;
            }
        }

        if (at > bytes.Length || at - start > _maxRecordSize)
        {
            return false;
        }

        foreach (int field in shape.Missing)
        {
            MessagePackFields.Zero(_fields.All[field], batch, row);
        }

        if (shape != _noted || row >> 6 != _block)
        {
            Note(row);
            _noted = shape;
        }

        _mask |= 1UL << row;
        shape.Score = MaxScore;
        cursor.At = at;
        return true;
    }

    /// <summary>A sound record had no known shape: it is learned, unless shapes have come and gone of late.</summary>
    public void Miss(ref MessagePackCursor cursor, int offset)
    {
        MessagePackShape shape = _shapes[cursor.Bytes[offset] & (Kept - 1)];
        if (shape.Head >= 0 && shape.Score-- > 0)
        {
            _nextWait = 1;
            return;
        }

        if (_wait-- > 0)
        {
            return;
        }

        // Rows that are noted belong to what the shape was.
        if (shape == _noted)
        {
            Note((_block + 1) << 6);
        }

        _wait = _nextWait;
        _nextWait = Math.Min(_nextWait * 2, MaxWait);
        int end = cursor.At;
        cursor.At = offset;
        _learner.Learn(ref cursor, shape);
        cursor.At = end;
    }

    /// <summary>Marks what the noted rows fill; the block of the next row begins.</summary>
    private void Note(int row)
    {
        if (_mask != 0)
        {
            foreach (int column in _noted.Filled)
            {
                _batch.WholeValidity(column)[_block] |= _mask;
            }
        }

        _mask = 0;
        _block = row >> 6;
    }

    private bool TryValue(in MessagePackStep step, ref MessagePackCursor cursor, ref int at, Batch batch, int row)
    {
        ReadOnlySpan<byte> value = cursor.Bytes[at..];
        byte token = value[0];
        switch (step.Kind)
        {
            case MessagePackStepKind.Float64 when token == T.Float64:
                double number = BinaryPrimitives.ReadDoubleBigEndian(value[1..]);
                batch.Whole<double>(step.Target)[row] = number;
                at += 9;
                return double.IsFinite(number);
            case MessagePackStepKind.Text when (token & 0xE0) == 0xA0:
                batch.Whole<Text>(step.Target)[row] = new Text(at + 1, token & 0x1F);
                at += 1 + (token & 0x1F);
                return true; // whether it is whole is seen before the next step, or at the end
            case MessagePackStepKind.Text when token == T.Str8:
                batch.Whole<Text>(step.Target)[row] = new Text(at + 2, value[1]);
                at += 2 + value[1];
                return true;
            case MessagePackStepKind.Int64 when token < 0x80:
                batch.Whole<long>(step.Target)[row] = token;
                at++;
                return true;
            case MessagePackStepKind.Int64:
                bool isInteger = MessagePackValues.TryInteger(value, out batch.Whole<long>(step.Target)[row], out bool isLarge);
                at += isInteger ? (int)T.Measure(value, out _) : 0;
                return isInteger && !isLarge;
            case MessagePackStepKind.Instant when token == T.FixExt8 && value[1] == MinusOne:
                at += 10;
                return MessagePackValues.TryTimestamp(value.Slice(2, 8), out batch.Whole<long>(step.Target)[row]);
            case MessagePackStepKind.Instant when token == T.FixExt4 && value[1] == MinusOne:
                at += 6;
                return MessagePackValues.TryTimestamp(value.Slice(2, 4), out batch.Whole<long>(step.Target)[row]);
            case MessagePackStepKind.Enter:
                at++;
                return token == step.Head;
            case MessagePackStepKind.Skip or MessagePackStepKind.Field:
                return TryAny(step, ref cursor, ref at, batch, row);
            default:
                return false;
        }
    }

    /// <summary>A value of any form: nobody needs it, or the field's own reading stores it.</summary>
    private bool TryAny(in MessagePackStep step, ref MessagePackCursor cursor, ref int at, Batch batch, int row)
    {
        int start = at;
        cursor.At = at;
        bool isSound = cursor.SkipValue(step.Depth);
        at = cursor.At;
        return isSound && (step.Kind == MessagePackStepKind.Skip
            || _fields.StoreOne(_fields.All[step.Target], cursor.Bytes, new MessagePackSlot(start, at), batch, row, out _));
    }
}
