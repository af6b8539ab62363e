using System;
using DataStream.Batches;

namespace DataStream.Formats.Avro;

/// <summary>Carries out a list of operations on one record. One per decoder; nothing is allocated.</summary>
internal sealed class AvroRow(AvroValues values, AvroJoins joins)
{
    private const int MaxWanted = 16; // entries of a map whose places are kept on the stack; of more it is gone over again

    private readonly AvroValues _values = values;
    private readonly AvroJoins _joins = joins;

    /// <summary>False when the bytes are no such record.</summary>
    public bool Run(ReadOnlySpan<AvroOp> ops, ref AvroCursor cursor)
    {
        Batch batch = _values.Batch;
        int row = _values.Index;
        for (int i = 0; i < ops.Length; i++)
        {
            ref readonly AvroOp op = ref ops[i];
            int start = cursor.At;
            bool isSound;
            switch (op.Kind)
            {
                case AvroOpKind.SkipBytes:
                    isSound = cursor.TrySkip(op.Length);
                    break;
                case AvroOpKind.SkipLong:
                    isSound = cursor.TryLong(out _);
                    break;
                case AvroOpKind.SkipText:
                    isSound = cursor.TryLength(out int length) && cursor.TrySkip(length);
                    break;
                case AvroOpKind.SkipOptional when (uint)start < (uint)cursor.Bytes.Length && cursor.Bytes[start] == op.Null:
                    cursor.At = start + 1;
                    isSound = true;
                    break;
                case AvroOpKind.Optional:
                    isSound = ReadOptional(op, ref cursor, out bool isNull);
                    i += isNull ? op.Length : 0;
                    break;
                case AvroOpKind.Int64:
                    isSound = cursor.TryLong(out batch.Whole<long>(op.Ordinal)[row]);
                    break;
                case AvroOpKind.Float64OfDouble:
                    isSound = _values.Double(op, ref cursor);
                    break;
                case AvroOpKind.Time:
                    isSound = _values.Time(op, ref cursor);
                    break;
                case AvroOpKind.Text when !_values.AreConstant:
                    isSound = cursor.TryLength(out int size);
                    batch.Whole<Text>(op.Ordinal)[row] = new Text(cursor.At, size);
                    cursor.At += isSound ? size : 0;
                    break;
                default:
                    isSound = RunOther(op, ref cursor);
                    break;
            }

            if (!isSound)
            {
                return false;
            }

            if (op.IsRepeated)
            {
                cursor.At = start;
            }
        }

        return true;
    }

    private bool RunOther(in AvroOp op, ref AvroCursor cursor)
    {
        Batch batch = _values.Batch;
        switch (op.Kind)
        {
            case AvroOpKind.SkipValue or AvroOpKind.SkipOptional:
                return AvroWalk.TrySkip(op.Schema!, ref cursor, 0);
            case AvroOpKind.Null:
                return _values.Null(op);
            case AvroOpKind.BadType:
                return _values.Bad(op, DeadReason.BadType) && AvroWalk.TrySkip(op.Schema!, ref cursor, 0);
            case AvroOpKind.Constant:
                return RunConstant(op);
            case AvroOpKind.Union:
                return cursor.TryLong(out long branch) && ((ulong)branch < (ulong)op.Inner.Length || cursor.Fail()) && Run(op.Inner[branch], ref cursor);
            case AvroOpKind.Array:
                return RunArray(op, ref cursor);
            case AvroOpKind.Map:
                return RunMap(op, ref cursor);
            case AvroOpKind.Bool:
                bool isSound = cursor.TrySkip(1) && (cursor.Bytes[cursor.At - 1] <= 1 || cursor.Fail());
                batch.Whole<bool>(op.Ordinal)[_values.Index] = isSound && cursor.Bytes[cursor.At - 1] != 0;
                return isSound;
            case AvroOpKind.Text or AvroOpKind.TextOfFixed or AvroOpKind.TextOfEnum:
                return _values.TextOf(op, ref cursor);
            case AvroOpKind.PartOfText or AvroOpKind.PartOfNumber or AvroOpKind.PartOfNull:
                return _joins.Part(op, ref cursor, _values);
            case AvroOpKind.Join:
                return _joins.Join(op, _values);
            case AvroOpKind.TextOfValue:
                return _values.Render(op, ref cursor);
            default:
                return _values.Number(op, ref cursor);
        }
    }

    private bool ReadOptional(in AvroOp op, ref AvroCursor cursor, out bool isNull)
    {
        ReadOnlySpan<byte> bytes = cursor.Bytes;
        int at = cursor.At;
        isNull = (uint)at < (uint)bytes.Length && bytes[at] == op.Null;
        if (isNull)
        {
            cursor.At = at + 1;
            return Run(op.Inner[0], ref cursor);
        }

        if ((uint)at < (uint)bytes.Length && bytes[at] == op.Other)
        {
            cursor.At = at + 1;
            return true;
        }

        // Longer ways to write 0 and 1 are allowed.
        bool isSound = cursor.TryLong(out long branch) && ((ulong)branch < 2 || cursor.Fail());
        isNull = isSound && 2 * branch == op.Null;
        return isSound && (!isNull || Run(op.Inner[0], ref cursor));
    }

    private bool RunConstant(in AvroOp op)
    {
        var cursor = new AvroCursor(op.Constant);
        bool wereConstant = _values.AreConstant;
        _values.AreConstant = true;
        bool isSound = Run(op.Inner[0], ref cursor);
        _values.AreConstant = wereConstant;
        return isSound;
    }

    private bool RunArray(in AvroOp op, ref AvroCursor cursor)
    {
        int next = 0;
        long index = 0;
        bool isEmpty = op.Schema!.Items!.Length == 0;
        while (cursor.TryBlock(out long items, out _))
        {
            if (items == 0)
            {
                return RunRest(op, next, ref cursor);
            }

            while (items > 0)
            {
                bool isWanted = next < op.Indexes.Length && op.Indexes[next] == index;
                if (isEmpty && !isWanted)
                {
                    // Up to the next wanted one in a step: there may be any number.
                    long step = next < op.Indexes.Length ? Math.Min(items, op.Indexes[next] - index) : items;
                    index += step;
                    items -= step;
                    continue;
                }

                if (!(isWanted ? Run(op.Inner[next++], ref cursor) : AvroWalk.TrySkip(op.Schema.Items, ref cursor, 0)))
                {
                    return false;
                }

                index++;
                items--;
            }
        }

        return false;
    }

    private bool RunRest(in AvroOp op, int first, ref AvroCursor cursor)
    {
        for (int i = first; i < op.Indexes.Length; i++)
        {
            if (!Run(op.Inner[op.Indexes.Length + i], ref cursor))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Of a key given twice the last value counts, so the map is gone over before anything is read.</summary>
    private bool RunMap(in AvroOp op, ref AvroCursor cursor)
    {
        int start = cursor.At;
        Span<int> places = stackalloc int[MaxWanted];
        for (int first = 0; first < op.Keys.Length; first += MaxWanted)
        {
            ReadOnlySpan<byte[]> keys = op.Keys.AsSpan(first, Math.Min(MaxWanted, op.Keys.Length - first));
            places.Fill(-1);
            cursor.At = start;
            if (!FindKeys(op.Schema!.Items!, keys, places, ref cursor))
            {
                return false;
            }

            int end = cursor.At;
            for (int i = 0; i < keys.Length; i++)
            {
                cursor.At = places[i];
                if (!Run(op.Inner[first + i + (places[i] < 0 ? op.Keys.Length : 0)], ref cursor))
                {
                    return false;
                }
            }

            cursor.At = end;
        }

        return true;
    }

    private static bool FindKeys(AvroSchema values, ReadOnlySpan<byte[]> keys, scoped Span<int> places, ref AvroCursor cursor)
    {
        while (cursor.TryBlock(out long items, out _))
        {
            if (items == 0)
            {
                return true;
            }

            for (; items > 0; items--)
            {
                if (!cursor.TryLength(out int length))
                {
                    return false;
                }

                ReadOnlySpan<byte> key = cursor.Bytes.Slice(cursor.At, length);
                cursor.At += length;
                for (int i = 0; i < keys.Length; i++)
                {
                    if (key.SequenceEqual(keys[i]))
                    {
                        places[i] = cursor.At;
                    }
                }

                if (!AvroWalk.TrySkip(values, ref cursor, 0))
                {
                    return false;
                }
            }
        }

        return false;
    }
}
