using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>Writes messages into payloads and gives those their numbers: a payload of partition <c>p</c> goes to lane <c>p mod N</c>.</summary>
/// <remarks>
/// Payload <c>i</c> is lane <c>i mod N</c>'s here too, so that writers and lanes know each other's order: lanes that a number passes by get an empty payload.
/// One reader's thread; it never waits in <see cref="TryBegin"/>.
/// </remarks>
internal sealed class MessageDispatcher(Ring<Payload>[] rings, RunState state, Plan plan, MessageCutter? cutter, Generation generation, TaskPositions positions, TaskStates? states, Func<(long Before, bool IsAll)> acknowledged) : MessagePort, IDisposable
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);

    private readonly int _most = 4 * plan.Config.Tuning.PartitionSize;
    private readonly int _payloadSize = plan.Config.Tuning.PayloadSize;
    private readonly MessageCutter _cutter = cutter ?? new LineMessages(plan.MaxRecordSize);
    private readonly object _moment = new();
    private Ring<Payload> _ring = rings[0];
    private long _next;
    private long _firstArrival;
    private int _last; // the payload's last message
    private bool _isClosed; // nothing more goes into the payload begun
    private (int Topic, int Partition, long Place) _origin; // of the next messages, and where they stand in the partition that is read; −1: at their own offset

    /// <summary>When the first message was handed over, in <see cref="Stopwatch"/> ticks; 0 before. Any thread.</summary>
    public long FirstArrival => Interlocked.Read(ref _firstArrival);

    /// <summary>Memory for messages that no slot has room for; lanes return it.</summary>
    public LargerSlots Larger { get; init; } = new(plan.Budget.Lent.TryTake, plan.Budget.Lent.Return);

    /// <summary>Whether somebody wants a message's bytes that is too long for a record; else so many are kept that its letter in a file is the same.</summary>
    public bool KeepsOriginals { get; init; } = plan.NeedsHeaders;

    public override bool IsBroken => state.Failure is not null;

    public override long Acknowledged => acknowledged().Before;

    public override bool IsDrained => acknowledged().IsAll;

    public override long Next => _next;

    public override int AddTopic(string topic) => state.AddSource(topic);

    public override int DistanceTo(int partition) => (int)((((partition - _next) % rings.Length) + rings.Length) % rings.Length);

    public override bool HasRoomEverywhere => Array.TrueForAll(rings, static ring => ring.HasSlot);

    public override void WaitBriefly()
    {
        lock (_moment)
        {
            Monitor.Wait(_moment, s_moment);
        }
    }

    public override bool TryBegin(int task, int topic, int partition)
    {
        while (DistanceTo(partition) > 0)
        {
            if (!TryClaim())
            {
                return false;
            }

            Publish();
        }

        if (!TryClaim())
        {
            return false;
        }

        ref Payload slot = ref _ring.Slot();
        slot.Source = topic;
        slot.Task = task;
        slot.Partition = partition;
        slot.FirstLine = 0;
        _origin = (topic, partition, -1);
        _last = 0;
        _isClosed = false;
        return true;
    }

    public override void ComesFrom(int topic, int partition, long place) => _origin = (topic, partition, place);

    public override bool HasRoomFor(int bytes, int messages)
    {
        ref readonly Payload slot = ref _ring.Slot();
        return !_isClosed && (long)slot.Messages + messages <= _most && slot.Length + (long)bytes <= _payloadSize && slot.Free.Length >= (2L * bytes) + ((long)messages * PayloadMessages.Room);
    }

    public override bool Forwards => plan.Forwards is not null;

    public override bool HoldsPositions => plan.HoldsPositions;

    public override bool TryTakeHeld(int task, long from, long before, out long offset, out long time)
    {
        (offset, time) = (-1, long.MinValue);
        return positions.Of(task)?.TryTake(from, before, out offset, out time) ?? false;
    }

    public override void Resume(long time)
    {
        _ring.Slot().Marks = PayloadMarks.Resume;
        _ring.Slot().ToldTime = time;
    }

    public override void GoOn(long time)
    {
        _ring.Slot().Marks = PayloadMarks.Idle;
        _ring.Slot().ToldTime = time;
    }

    public override long EventTimeOf(int task) => positions.EventTimeOf(task);

    public override void Inform(string message) => state.Information?.Invoke(message);

    public override void Warn(string message) => state.Warning?.Invoke(message);

    public override IReadOnlyList<KeptState> States => plan.States;

    public override void Save() => _ring.Slot().Marks = PayloadMarks.Save;

    public override StateImage[] Saved(int task) => states!.Of(task);

    public override StateImage NewImage() => new(states!.Charge);

    public override void Load(int task, StateImage?[] kept)
    {
        states!.Give(task, kept);
        _ring.Slot().Marks = PayloadMarks.Load;
    }

    public override void Forget() => _ring.Slot().Marks = PayloadMarks.Forget;

    public override bool TryAdd(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> headers, long offset, long milliseconds)
    {
        if (value.IsEmpty)
        {
            return true; // a tombstone is no event
        }

        ref Payload slot = ref _ring.Slot();
        if (_isClosed || slot.Messages == _most)
        {
            return false;
        }

        MessageCut cut = _cutter.Take(value);
        if (cut.IsLater || (slot.Messages > 0 && (cut.IsAlone || cut.Header != slot.Header)))
        {
            return false;
        }

        var message = new Message { KeyLength = hasKey ? key.Length : -1, HeadersLength = headers.Length, Source = _origin.Topic, Partition = _origin.Partition, Offset = offset, Milliseconds = milliseconds, FullLength = value.Length };
        ReadOnlySpan<byte> body = value[cut.Skip..];
        bool isLong = cut.IsAlone && body.Length > plan.MaxRecordSize;
        if (isLong)
        {
            body = body[..(plan.MaxRecordSize + 1)]; // by that a decoder knows it as too long
        }

        int room = body.Length + (cut.EndsLine ? 1 : 0);
        ReadOnlySpan<byte> original = isLong || cut.JoinsLines || cut.Skip > 0 ? value : default;
        original = KeepsOriginals ? original : original[..Math.Min(original.Length, plan.MaxRecordSize + 1)];
        if (!Fits(ref slot, ref message, room, key, headers, original))
        {
            return false;
        }

        long place = _origin.Place < 0 ? offset : _origin.Place;
        slot.FirstOffset = slot.Messages == 1 ? place : slot.FirstOffset;
        slot.NextOffset = place + 1;

        Append(ref slot, body, cut, isLong);
        slot.Header = cut.Header;
        _isClosed = cut.IsAlone;
        return true;
    }

    public override long EndWithin()
    {
        _ring.Slot().NextOffset = _origin.Place;
        return End();
    }

    public override long End()
    {
        Publish();
        return _next - 1;
    }

    /// <summary>The input failed behind what was sent: the fault takes effect at its place. False while there is no room.</summary>
    public bool TrySend(Fault fault)
    {
        if (!TryClaim())
        {
            return false;
        }

        ref Payload slot = ref _ring.Slot();
        slot.Marks = PayloadMarks.Fault;
        slot.Fault = state.AddFault(fault);
        Publish();
        return true;
    }

    /// <summary>The windows of all lanes' partitions close, under payloads of their own: what closes is acknowledged as any other. Every lane has room.</summary>
    public void CloseWindows()
    {
        for (int lane = 0; lane < rings.Length && WaitForClaim(); lane++)
        {
            _ring.Slot().Marks = PayloadMarks.Close;
            Publish();
        }
    }

    /// <summary>The input ends: each lane learns of it. False while there is no room.</summary>
    public bool TryEndInput()
    {
        if (!TryClaim())
        {
            return false;
        }

        _ring.Slot().Marks = PayloadMarks.End;
        Publish();
        foreach (Ring<Payload> each in rings)
        {
            each.Complete();
        }

        return true;
    }

    /// <summary>When nobody uses the rings any more.</summary>
    public void Dispose() => Larger.Dispose();

    /// <summary>Adds the message to the list; an empty slot that has no room for it gets larger memory, when there is some.</summary>
    private bool Fits(ref Payload slot, ref Message message, int room, ReadOnlySpan<byte> key, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> original)
    {
        message.ValueStart = slot.Length;
        message.ValueLength = room;
        message.OriginalLength = original.Length;
        if (slot.Length + room <= _payloadSize + 2 && PayloadMessages.TryAdd(ref slot, ref _last, ref message, key, headers, original, room))
        {
            return true;
        }

        if (slot.Messages > 0)
        {
            return false;
        }

        if (!PayloadMessages.TryAdd(ref slot, ref _last, ref message, key, headers, original, room))
        {
            if (!Larger.TryLend(ref slot, (long)room + key.Length + headers.Length + original.Length + PayloadMessages.Room))
            {
                return false; // the payload goes empty, and is followed by another until lanes have given some back
            }

            bool fits = PayloadMessages.TryAdd(ref slot, ref _last, ref message, key, headers, original, room);
            Debug.Assert(fits, "the memory is as large as the message needs it");
        }

        return true;
    }

    private static void Append(ref Payload slot, ReadOnlySpan<byte> body, MessageCut cut, bool isLong)
    {
        Span<byte> target = slot.Free;
        body.CopyTo(target);
        if (cut.JoinsLines)
        {
            target[..body.Length].Replace((byte)'\n', (byte)' ');
        }

        slot.Length += body.Length;
        if (cut.EndsLine && !isLong)
        {
            target[body.Length] = (byte)'\n';
            slot.Length++;
        }
    }

    private bool TryClaim()
    {
        _ring = rings[_next % rings.Length];
        if (!_ring.HasSlot)
        {
            return false;
        }

        _ring.Slot().Clear();
        return true;
    }

    private bool WaitForClaim()
    {
        _ring = rings[_next % rings.Length];
        return _ring.WaitForSlot() && TryClaim();
    }

    private void Publish()
    {
        ref Payload slot = ref _ring.Slot();
        slot.Number = _next++;
        slot.Generation = generation.Current;
        slot.Arrival = Stopwatch.GetTimestamp();
        if (FirstArrival == 0 && slot.Messages > 0)
        {
            Interlocked.Exchange(ref _firstArrival, slot.Arrival);
        }

        _ring.Publish();
    }
}
