using System;
using System.Numerics;
using DataStream.Batches;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>Learns which keys records have, and reads records that have no others: where their values stand, then column by column. One lane's.</summary>
/// <remarks>Keys are learned from sound records that could not be read this way, where they are short texts in maps and every field is read from one place.</remarks>
internal sealed class MessagePackKnownKeys
{
    private const int MaxFields = 56; // each has a bit, and maps have the others
    private const int MaxBits = 64;
    private const int MaxWait = 256;

    private readonly PathNode<MessagePackKeys> _root;
    private readonly MessagePackFields _fields;
    private readonly MessagePackStepTable _table = new();
    private readonly MessagePackShape _shape;
    private readonly int[] _fieldOfSlot;
    private readonly int[] _places;
    private readonly int[] _starts = new int[MessagePackMaps.Rows + 1];
    private readonly int _maxRecordSize;
    private readonly bool _isPossible;
    private int _bits;
    private int _wait; // records that are not tried: those before them were of other forms
    private int _nextWait;
    private bool _wasTried;

    public MessagePackKnownKeys(PathNode<MessagePackKeys> root, MessagePackFields fields, int slots, DecodePlan plan)
    {
        (_root, _fields, _maxRecordSize) = (root, fields, plan.MaxRecordSize);
        int count = fields.All.Length;
        _fieldOfSlot = new int[slots];
        _fieldOfSlot.AsSpan().Fill(-1);
        _bits = count;
        _isPossible = count is > 0 and <= MaxFields && root.Keys is not null;
        _shape = new MessagePackShape(_isPossible ? count : 0);
        _places = _isPossible ? new int[MessagePackMaps.Rows * MessagePackShape.StrideOf(count)] : [];
        for (int i = 0; i < count; i++)
        {
            MessagePackField field = fields.All[i];
            _isPossible &= field.Slots.Length == 1 && _fieldOfSlot[field.Slot] < 0;
            _fieldOfSlot[field.Slot] = i;
        }
    }

    /// <summary>Of the rows that were read last, those that the general reading must read again: a bit each.</summary>
    public ulong Others { get; private set; }

    /// <summary>Where the records of the rows begin that were read last, and the last one ends.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>Reads up to 64 records from an offset on into rows.</summary>
    /// <returns>How many: 0 where the first one is for the general reading.</returns>
    public int Read(ReadOnlySpan<byte> bytes, int offset, Batch batch, int row)
    {
        _wasTried = _isPossible && _wait-- <= 0;
        if (!_wasTried)
        {
            return 0;
        }

        var maps = new MessagePackMaps(bytes, _table, _shape, _fields.All.Length, _places, _starts, _maxRecordSize);
        int count = maps.Find(offset, Math.Min(batch.Capacity - row, MessagePackMaps.Rows));
        Others = 0;
        if (count > 0)
        {
            for (int i = 0; i < _fields.All.Length; i++)
            {
                var places = new MessagePackPlaces(_places.AsSpan(i), MessagePackShape.StrideOf(_fields.All.Length), count);
                Others |= Store(_fields.All[i], bytes, places, _shape.Forms[i], maps.IsLacking, batch, row);
            }
        }

        // Where other forms follow each other, they are not tried each time.
        _wait = count > 0 ? 0 : _nextWait;
        _nextWait = count > 0 ? 0 : Math.Min((2 * _nextWait) + 1, MaxWait);
        return count;
    }

    /// <summary>Takes over the keys of a sound record that was tried in vain.</summary>
    /// <param name="cursor">Behind the record; where it stays.</param>
    /// <param name="offset">Where the record begins.</param>
    public void Learn(ref MessagePackCursor cursor, int offset)
    {
        if (_wasTried)
        {
            int end = cursor.At;
            cursor.At = offset;
            LearnMap(_root, 0, 1, ref cursor);
            cursor.At = end;
        }
    }

    /// <summary>Reads a field of all rows; says of which rows it cannot be read, or may not be as it is.</summary>
    private ulong Store(MessagePackField field, ReadOnlySpan<byte> bytes, MessagePackPlaces places, int form, bool mayLack, Batch batch, int row)
    {
        int count = places.Count;
        nint column = batch.StartOf(field.Ordinal) + (row * field.Type.Size);
        ulong left = (field.Type.Kind, form) switch
        {
            (ColumnKind.Float64, T.Float64) => MessagePackEven.ReadFloat64(bytes, places, column),
            (ColumnKind.Int64, MessagePackEven.Small) => MessagePackEven.ReadSmall(bytes, places, column),
            (ColumnKind.Text, >= 0) when MessagePackEven.IsShortText(form) => MessagePackEven.ReadText(places, column, form),
            (ColumnKind.Timestamp, MessagePackEven.Timestamp8) => MessagePackEven.ReadInstants(bytes, places, column),
            (ColumnKind.Float64, _) => MessagePackColumns.ReadFloat64(bytes, places, column, mayLack),
            (ColumnKind.Int64, _) => MessagePackColumns.ReadInt64(bytes, places, column, mayLack),
            (ColumnKind.Text, _) => MessagePackColumns.ReadText(bytes, places, column, mayLack),
            (ColumnKind.Timestamp, _) => MessagePackColumns.ReadInstants(bytes, places, column, mayLack),
            (ColumnKind.Bool, _) => MessagePackColumns.ReadBools(bytes, places, column, mayLack),
            _ => ulong.MaxValue >> (MessagePackMaps.Rows - count),
        };
        batch.SetValid(field.Ordinal, row, count);
        ulong others = 0;
        for (; left != 0; left &= left - 1)
        {
            int i = BitOperations.TrailingZeroCount(left);
            int start = places[i];
            var slot = new MessagePackSlot(start, start == 0 ? 0 : T.EndOf(bytes, start)); // an empty one is that of a key that is not there
            if (slot.End < 0 || !_fields.StoreOne(field, bytes, slot, batch, row + i, out _))
            {
                others |= 1UL << i;
            }
        }

        return others;
    }

    /// <summary>Goes over a map and takes its keys over; false where it has what is not known so.</summary>
    private bool LearnMap(PathNode<MessagePackKeys> node, int map, int depth, ref MessagePackCursor cursor)
    {
        if ((cursor.Bytes[cursor.At] & 0xF0) != 0x80 || depth > MessagePackCursor.MaxDepth)
        {
            return false;
        }

        cursor.SkipToken(out long children);
        int previous = -1;
        for (long i = 0; i < children; i += 2)
        {
            int start = cursor.At;
            if ((cursor.Bytes[start] & 0xE0) != 0xA0 || !node.Keys!.TryMatch(ref cursor, depth + 1, ref previous, out PathNode<MessagePackKeys>? child)
                || !LearnKey(cursor.Bytes[start..cursor.At], child, map, depth + 1, ref cursor))
            {
                return false;
            }
        }

        return true;
    }

    private bool LearnKey(ReadOnlySpan<byte> key, PathNode<MessagePackKeys>? child, int map, int depth, ref MessagePackCursor cursor)
    {
        Span<byte> padded = stackalloc byte[MessagePackStepTable.MaxKey];
        padded.Clear();
        key.CopyTo(padded);
        int found = _table.Find(padded, map);
        if (found == 0)
        {
            if (StepOf(child, map) is not { } step || !_table.TryAdd(key, step))
            {
                return false;
            }

            found = _table.Count;
        }

        int inner = _table[found].Inner;
        return inner != 0 && T.IsMap(cursor.Bytes[cursor.At]) ? LearnMap(child!, inner, depth, ref cursor) : cursor.SkipValue(depth);
    }

    private MessagePackStep? StepOf(PathNode<MessagePackKeys>? child, int map)
    {
        int nowhere = _fields.All.Length;
        if (child is null)
        {
            return new MessagePackStep(map, nowhere, -1, 0);
        }

        if (child.IsInner)
        {
            return child.Slot < 0 && child.Keys is not null && child.Elements.Length == 0 && _bits < MaxBits && _table.TryAddMap(out int inner)
                ? new MessagePackStep(map, nowhere, _bits++, inner)
                : null;
        }

        int number = _fieldOfSlot[child.Slot];
        return new MessagePackStep(map, number, number, 0);
    }
}
