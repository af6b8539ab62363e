using System;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Rings;

namespace DataStream.Stages;

/// <summary>One lane's end of an output: encoders write into the slots of a ring, a payload ends with a slot that says so.</summary>
/// <remarks>
/// A row that does not fit moves whole to the next slot; one that is longer than a slot is spread over several. Where the output may shed, a full
/// ring loses the rest of the payload's rows, counted, and the lane goes on; the slots of a long row are handed over together there, when it has its
/// end, for a part of it could not be taken back.
/// </remarks>
public sealed class OutputLane(Ring<Payload> ring, bool mayShed, CountsLayout? layout) : OutputBuffer
{
    private readonly byte[] _void = new byte[MaxReserve];
    private readonly long[]? _skippedCounts = layout is null ? null : new long[layout.Length];
    private bool _claimed;
    private bool _dropping; // this row and the payload's others are shed
    private bool _skipped; // payloads before this one left no slot
    private long _skippedNumber;
    private bool _isRow; // begun and not ended
    private int _rowStart;
    private int _ahead; // slots that the row begun has filled; only where the output may shed
    private long _number;

    /// <summary>Called behind each publication where the lane itself takes what it published: a program's callback.</summary>
    public Action? Follow { get; init; }

    /// <summary>The writer ended: nothing that is written arrives.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Rows of the current payload that have their place in a slot.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows of the current payload that were shed.</summary>
    public int Shed { get; private set; }

    /// <summary>Records of payloads that left no slot, whose counts no slot has brought either. When the lane has ended.</summary>
    public long Undelivered => _skipped && _skippedCounts is not null ? _skippedCounts[CountsLayout.Events] : 0;

    /// <summary>What follows is of this payload.</summary>
    public void BeginPayload(long number) => _number = number;

    public override void BeginRow()
    {
        if (!_claimed && !_dropping)
        {
            Claim(force: false);
        }

        if (_isRow)
        {
            throw new InvalidOperationException("an encoder began a row before it ended the one before");
        }

        _isRow = true;
        _rowStart = _dropping || IsGone ? 0 : ring.Slot().Length;
    }

    public override void EndRow()
    {
        if (!_isRow)
        {
            throw new InvalidOperationException("an encoder ended a row that it did not begin");
        }

        _isRow = false;
        if (_dropping)
        {
            Shed++;
        }
        else
        {
            Rows++;
            if (!IsGone)
            {
                ring.Slot(_ahead).Rows++;
            }

            HandOverLongRow();
        }
    }

    public override Span<byte> Reserve(int length)
    {
        if (!_isRow)
        {
            throw OutsideRow(); // the slot may not be ours yet
        }

        if (_dropping || IsGone)
        {
            return _void;
        }

        ref Payload slot = ref ring.Slot(_ahead);
        return slot.Capacity - slot.Length >= length ? slot.Free : NextSlot(length);
    }

    public override void Commit(int length)
    {
        if (!_isRow)
        {
            throw OutsideRow();
        }

        if (!_dropping && !IsGone)
        {
            ref Payload slot = ref ring.Slot(_ahead);
            CheckRoom(in slot, length);
            slot.Length += length;
        }
    }

    public override Span<byte> RoomForRows()
    {
        if (!_claimed && !_dropping)
        {
            Claim(force: false);
        }

        return _dropping || IsGone ? default : ring.Slot().Free;
    }

    public override void CommitRows(int rows, int length)
    {
        if (!_claimed || _dropping || IsGone || _isRow || rows < 0)
        {
            throw new InvalidOperationException(rows < 0 ? $"an encoder kept {rows} whole rows" : "an encoder kept whole rows where it had no room for them");
        }

        ref Payload slot = ref ring.Slot();
        CheckRoom(in slot, length);
        slot.Length += length;
        slot.Rows += rows;
        Rows += rows;
    }

    /// <summary>An encoder is done with a batch: the row that it began last has its end.</summary>
    /// <exception cref="InvalidOperationException">It has none; said once.</exception>
    public void CheckRowsEnded()
    {
        if (_isRow)
        {
            _isRow = false;
            throw new InvalidOperationException("an encoder did not end a row that it began");
        }
    }

    /// <summary>Ends the payload: its last slot goes to the writer, also an empty one.</summary>
    /// <param name="number">The payload.</param>
    /// <param name="marks">What its last slot says.</param>
    /// <param name="fault">The fault that it carries, or −1.</param>
    /// <param name="counts">What happened to its records.</param>
    /// <param name="isQuiet">No output has a row of it: the writer may sleep on for now.</param>
    public void EndPayload(long number, PayloadMarks marks, int fault, ReadOnlySpan<long> counts, bool isQuiet = false)
    {
        CheckRowsEnded();
        if (!_claimed && !IsGone && mayShed && marks == PayloadMarks.None && !ring.HasSlot)
        {
            layout?.Add(counts, _skippedCounts);
            _skipped = true;
            _skippedNumber = number;
            ring.Pass(number);
        }
        else
        {
            Close(number, marks, fault, counts, isQuiet);
        }

        _dropping = false;
        Rows = 0;
        Shed = 0;
    }

    /// <summary>The lane ends: counts of payloads that left no slot are delivered, and the ring is complete.</summary>
    public void Finish()
    {
        if (_skipped && !IsGone)
        {
            Close(_skippedNumber, PayloadMarks.None, -1, []);
        }

        ring.Complete();
        Follow?.Invoke();
    }

    private void Publish(int count = 1)
    {
        ring.Publish(count);
        Follow?.Invoke();
    }

    private void Close(long number, PayloadMarks marks, int fault, ReadOnlySpan<long> counts, bool isQuiet = false)
    {
        if (!_claimed)
        {
            Claim(force: true);
        }

        _claimed = false;
        if (IsGone)
        {
            return;
        }

        ref Payload slot = ref ring.Slot();
        slot.Number = number;
        slot.Marks = marks;
        slot.Fault = fault;
        if (layout is not null)
        {
            WriteCounts(slot.CountsOf(layout.Length), counts);
        }

        if (isQuiet && Follow is null)
        {
            ring.PublishQuietly();
            return;
        }

        Publish();
    }

    private void WriteCounts(Span<long> target, ReadOnlySpan<long> counts)
    {
        if (counts.IsEmpty)
        {
            target.Clear();
        }
        else
        {
            layout!.Copy(counts, target);
        }

        if (_skipped)
        {
            layout!.Add(_skippedCounts, target);
            _skippedCounts.AsSpan().Clear();
            _skipped = false;
        }
    }

    private static InvalidOperationException OutsideRow() => new("an encoder wrote outside of a row: BeginRow comes before Reserve and Commit");

    /// <summary>Encoders may be a program's: what they keep must have been room.</summary>
    private static void CheckRoom(in Payload slot, int length)
    {
        if ((uint)length > (uint)(slot.Capacity - slot.Length))
        {
            throw new InvalidOperationException($"an encoder kept {length} bytes where there was room for {slot.Capacity - slot.Length}");
        }
    }

    private void Claim(bool force)
    {
        if (mayShed && !force && !ring.HasSlot)
        {
            _dropping = true;
            return;
        }

        if (!ring.WaitForSlot())
        {
            IsGone = true;
            return;
        }

        ring.Slot().Clear();
        _claimed = true;
    }

    private Span<byte> NextSlot(int length)
    {
        if (_rowStart > 0)
        {
            if (!MoveRow())
            {
                return _void;
            }

            ref Payload moved = ref ring.Slot();
            if (moved.Capacity - moved.Length >= length)
            {
                return moved.Free;
            }
        }

        if (mayShed)
        {
            return SlotAhead();
        }

        ref Payload full = ref ring.Slot();
        full.Number = _number;
        full.Marks = PayloadMarks.More;
        Publish();
        if (!ring.WaitForSlot())
        {
            IsGone = true;
            return _void;
        }

        ref Payload next = ref ring.Slot();
        next.Clear();
        return next.Free;
    }

    /// <summary>The row is longer than a slot: it goes on in the next one, if that is free.</summary>
    private Span<byte> SlotAhead()
    {
        if (_ahead + 1 == ring.Capacity || !ring.HasSlots(_ahead + 2))
        {
            ring.Slot().Length = 0;
            _ahead = 0;
            _dropping = true;
            return _void;
        }

        ref Payload next = ref ring.Slot(++_ahead);
        next.Clear();
        return next.Free;
    }

    private void HandOverLongRow()
    {
        if (_ahead == 0)
        {
            return;
        }

        for (int i = 0; i < _ahead; i++)
        {
            ref Payload full = ref ring.Slot(i);
            full.Number = _number;
            full.Marks = PayloadMarks.More;
        }

        Publish(_ahead);
        _ahead = 0;
    }

    /// <summary>The row begun moves to the front of the next slot, and this slot goes on its way without it.</summary>
    private bool MoveRow()
    {
        if (mayShed && !ring.HasSlots(2))
        {
            ring.Slot().Length = _rowStart;
            _dropping = true;
            return false;
        }

        if (!ring.WaitForSlots(2))
        {
            IsGone = true;
            return false;
        }

        ref Payload slot = ref ring.Slot();
        ref Payload next = ref ring.Slot(1);
        next.Clear();
        ReadOnlySpan<byte> begun = slot.Bytes[_rowStart..];
        begun.CopyTo(next.Free);
        next.Length = begun.Length;
        slot.Length = _rowStart;
        slot.Number = _number;
        slot.Marks = PayloadMarks.More;
        Publish();
        _rowStart = 0;
        return true;
    }
}
