using System;
using System.Collections.Generic;
using System.Threading;
using DataStream.Flow;
using DataStream.Sources;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Lanes and outputs as a test plays them.</summary>
/// <param name="stop">The run is broken off where the test has no more time.</param>
/// <param name="payloads">So it is behind so many payloads, of two records each.</param>
/// <param name="forwards">Records are sent on as they came.</param>
/// <param name="beforeSecond">Called before a second payload is begun.</param>
internal sealed class PlayedPort(CancellationToken stop, int payloads = int.MaxValue, bool forwards = false, Action? beforeSecond = null) : MessagePort
{
    private const int RecordsOfAPayload = 2;

    private int _records;
    private int _begun;
    private long _next;
    private int _looks = int.MaxValue; // until all is acknowledged

    public List<string> Calls { get; } = [];

    /// <summary>What was warned of.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>What is kept of partitions.</summary>
    public IReadOnlyList<KeptState> Kept { get; init; } = [];

    /// <summary>Whether lanes have room for a payload; null: always.</summary>
    public Func<bool>? HasRoom { get; set; }

    public override IReadOnlyList<KeptState> States => Kept;

    public override bool IsBroken => _begun == payloads || stop.IsCancellationRequested;

    /// <summary>Whether every lane has; null: always.</summary>
    public Func<bool>? HasRoomForAll { get; set; }

    /// <summary>Called where lanes or outputs are waited for a moment.</summary>
    public Action? Waits { get; set; }

    public override bool HasRoomEverywhere => HasRoomForAll?.Invoke() ?? true;

    public override bool Forwards => forwards;

    public override int AddTopic(string topic) => 0;

    public override int DistanceTo(int partition) => 0;

    public override bool TryBegin(int task, int topic, int partition)
    {
        if (_begun == 1)
        {
            beforeSecond?.Invoke();
        }

        if (IsBroken || HasRoom?.Invoke() == false)
        {
            return false;
        }

        Calls.Add("begin");
        _records = 0;
        _begun++;
        return true;
    }

    public override bool TryAdd(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> headers, long offset, long milliseconds) => _records++ < RecordsOfAPayload;

    public override long End() => Finish("end");

    public override long EndWithin() => Finish("within");

    public override void Forget() => Calls.Add("forget");

    /// <summary>How often states were copied. Any thread.</summary>
    public int Saves { get; private set; }

    public override void Save()
    {
        Calls.Add("save");
        Saves++;
    }

    public override bool HoldsPositions => false;

    public override bool TryTakeHeld(int task, long from, long before, out long offset, out long time) => throw new NotSupportedException();

    public override void Resume(long time) => throw new NotSupportedException();

    public override void GoOn(long time) => throw new NotSupportedException();

    public override long EventTimeOf(int task) => throw new NotSupportedException();

    public override void Warn(string message) => Warnings.Add(message);

    public override long Acknowledged => _looks == int.MaxValue || _looks-- > 0 ? 0 : _next;

    public override bool IsDrained => false;

    public override long Next => _next;

    public override void WaitBriefly() => Waits?.Invoke();

    /// <summary>Outputs have everything, but not at the first looks.</summary>
    public void AcknowledgeBehind(int looks) => _looks = looks;

    private long Finish(string how)
    {
        Calls.Add(how);
        return _next++;
    }
}
