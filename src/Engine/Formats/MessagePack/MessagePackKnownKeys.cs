using System;
using DataStream.Batches;
using DataStream.Kernels;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Formats.MessagePack;

/// <summary>Learns which keys records have, and reads records that have no others with <see cref="MessagePackMaps"/>. One lane's.</summary>
/// <remarks>Keys are learned from sound records that could not be read this way, where they are short texts in maps and every field is read from one place.</remarks>
internal sealed class MessagePackKnownKeys
{
    private const int MaxFields = 56; // each has a bit, and maps have the others
    private const int MaxBits = 64;
    private const int MaxWait = 256;

    private readonly PathNode<MessagePackKeys> _root;
    private readonly MessagePackFields _fields;
    private readonly MessagePackStepTable _table = new();
    private readonly int[] _fieldOfSlot;
    private readonly long[] _places;
    private readonly ulong _all;
    private readonly ulong _required;
    private readonly int _maxRecordSize;
    private readonly bool _keepRecords;
    private readonly bool _isPossible;
    private int _bits;
    private int _wait; // records that are not tried: those before them were of other forms
    private int _nextWait;
    private bool _wasTried;
    private Batch _batch = null!; // during a call

    public MessagePackKnownKeys(PathNode<MessagePackKeys> root, MessagePackFields fields, int slots, DecodePlan plan)
    {
        (_root, _fields, _maxRecordSize, _keepRecords) = (root, fields, plan.MaxRecordSize, plan.KeepRecords);
        int count = fields.All.Length;
        _fieldOfSlot = new int[slots];
        _fieldOfSlot.AsSpan().Fill(-1);
        (_places, _bits) = (new long[count], count);
        _isPossible = count is > 0 and <= MaxFields && root.Keys is not null;
        for (int i = 0; i < count; i++)
        {
            MessagePackField field = fields.All[i];
            _isPossible &= field.Slots.Length == 1 && _fieldOfSlot[field.Slot] < 0;
            _fieldOfSlot[field.Slot] = i;
            _all |= 1UL << i;
            _required |= field.IsNullable ? 0 : 1UL << i;
        }
    }

    /// <summary>A new batch: its columns are where values go.</summary>
    public void Begin(Batch batch)
    {
        _batch = batch;
        for (int i = 1; i <= _table.Count; i++)
        {
            SetColumn(ref _table[i]);
        }
    }

    /// <summary>Reads records from an offset on into rows.</summary>
    /// <returns>How many: 0 where the first one is for the general reading.</returns>
    public int Read(ReadOnlySpan<byte> bytes, ref int offset, Batch batch, int row)
    {
        _wasTried = _isPossible && _wait-- <= 0;
        if (!_wasTried)
        {
            return 0;
        }

        var maps = new MessagePackMaps(bytes, _table, _places, _keepRecords ? batch.StartOfRecords : 0, _all, _required, _maxRecordSize) { At = offset, Row = row };
        MessagePackEnd end = maps.Read(batch.Capacity);
        int whole = maps.Row - row;
        if (end == MessagePackEnd.Partial && !TryStorePartial(ref maps, bytes, batch))
        {
            (maps.At, maps.Row) = (maps.Last, maps.Row - 1);
        }

        whole -= end == MessagePackEnd.Partial ? 1 : 0;
        foreach (MessagePackField field in whole > 0 ? _fields.All : [])
        {
            batch.SetValid(field.Ordinal, row, whole);
        }

        // Where other forms follow each other, they are not tried each time.
        _wait = maps.Row > row ? 0 : _nextWait;
        _nextWait = maps.Row > row ? 0 : Math.Min((2 * _nextWait) + 1, MaxWait);
        offset = maps.At;
        return maps.Row - row;
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

    /// <summary>Stores what the kernel left of its last row; false where a value cannot be read.</summary>
    private bool TryStorePartial(ref MessagePackMaps maps, ReadOnlySpan<byte> bytes, Batch batch)
    {
        int row = maps.Row - 1;
        for (int i = 0; i < _places.Length; i++)
        {
            MessagePackField field = _fields.All[i];
            if ((maps.Others >> i & 1) != 0)
            {
                var slot = new MessagePackSlot((int)_places[i], (int)(_places[i] >> 32));
                if (!_fields.StoreOne(field, bytes, slot, batch, row, out _))
                {
                    return false;
                }
            }
            else if ((maps.Filled >> i & 1) != 0)
            {
                batch.SetValid(field.Ordinal, row);
            }
            else
            {
                batch.SetNull(field.Ordinal, row);
                MessagePackFields.Zero(field, batch, row);
            }
        }

        return true;
    }

    /// <summary>Goes over a map and takes its keys over; false where it has what the kernel does not read.</summary>
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
        byte token = cursor.Bytes[cursor.At];
        Span<byte> padded = stackalloc byte[2 * MessagePackStepTable.MaxKey];
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
            SetColumn(ref _table[found]);
        }

        ref MessagePackStep known = ref _table[found];
        if (!Suits(known.Kind, token))
        {
            known.Kind = MessagePackStepKind.Other;
        }

        return known.Kind == MessagePackStepKind.Enter && T.IsMap(token) ? LearnMap(child!, known.Inner, depth, ref cursor) : cursor.SkipValue(depth);
    }

    private void SetColumn(ref MessagePackStep step)
    {
        // Other kinds are not written by the kernel.
        if (step.Kind is MessagePackStepKind.Int64 or MessagePackStepKind.Float64 or MessagePackStepKind.Text or MessagePackStepKind.Instant)
        {
            step.Column = _batch.StartOf(_fields.All[step.Target].Ordinal);
        }
    }

    private MessagePackStep? StepOf(PathNode<MessagePackKeys>? child, int map)
    {
        var step = new MessagePackStep { Map = (byte)map };
        if (child is null)
        {
            return step;
        }

        if (child.IsInner)
        {
            if (child.Slot >= 0 || child.Keys is null || child.Elements.Length > 0 || _bits == MaxBits || !_table.TryAddMap(out int inner))
            {
                return null;
            }

            (step.Kind, step.Inner, step.Bit) = (MessagePackStepKind.Enter, (byte)inner, 1UL << _bits++);
            return step;
        }

        int number = _fieldOfSlot[child.Slot];
        (step.Target, step.Bit) = (number, 1UL << number);
        step.Kind = _fields.All[number].Type.Kind switch
        {
            ColumnKind.Float64 => MessagePackStepKind.Float64,
            ColumnKind.Int64 => MessagePackStepKind.Int64,
            ColumnKind.Text => MessagePackStepKind.Text,
            ColumnKind.Timestamp => MessagePackStepKind.Instant,
            _ => MessagePackStepKind.Other,
        };
        return step;
    }

    /// <summary>Whether the kernel reads values that begin so.</summary>
    private static bool Suits(MessagePackStepKind kind, byte token)
    {
        bool isWhole = token is < 0x80 or >= 0xE0 or (>= T.UInt8 and <= T.UInt64) or (>= T.Int8 and <= T.Int64);
        return token == T.Nil || kind switch
        {
            MessagePackStepKind.Float64 => isWhole || token == T.Float64,
            MessagePackStepKind.Int64 => isWhole,
            MessagePackStepKind.Text => (token & 0xE0) == 0xA0 || token == T.Str8,
            MessagePackStepKind.Instant => token is T.FixExt4 or T.FixExt8,
            _ => true,
        };
    }
}
