using System;
using System.Runtime.InteropServices;
using System.Threading;
using DataStream.Sources;

namespace DataStream.Bench.Kafka;

/// <summary>Payloads that somebody takes at once: each message is copied into a block, and blocks are used in turn.</summary>
internal sealed unsafe class CountingPort(int messages, Action done) : MessagePort, IDisposable
{
    private const int BlockSize = 256 * 1024;
    private const int Blocks = 16;

    private readonly byte* _blocks = (byte*)NativeMemory.AllocZeroed(BlockSize, Blocks);
    private Func<long, Measured>? _end;
    private long _number;
    private int _length;
    private int _topics;
    private int _count;

    public Measured? Result { get; private set; }

    public override bool IsBroken => false;

    public override bool HoldsPositions => false;

    public override long Acknowledged => _number;

    public override bool IsDrained => true;

    public override long Next => _number;

    public override int AddTopic(string topic) => _topics++;

    public override int DistanceTo(int partition) => 0;

    public override bool TryBegin(int task, int topic, int partition)
    {
        _end ??= Measured.Begin();
        _length = 0;
        return true;
    }

    public override bool TryAdd(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> headers, long offset, long milliseconds)
    {
        if (_length + value.Length > BlockSize)
        {
            return false;
        }

        value.CopyTo(new Span<byte>(_blocks + (_number % Blocks * BlockSize) + _length, value.Length));
        _length += value.Length;
        if (++_count == messages)
        {
            Result = _end!(messages);
            done();
        }

        return true;
    }

    public override long End() => _number++;

    public override void Forget()
    {
    }

    public override bool TryTakeHeld(int task, long from, long before, out long offset, out long time)
    {
        (offset, time) = (-1, long.MinValue);
        return false;
    }

    public override void Resume(long time)
    {
    }

    public override void GoOn(long time)
    {
    }

    public override long EventTimeOf(int task) => long.MinValue;

    public override void Warn(string message) => Console.Error.WriteLine(message);

    public override void WaitBriefly() => Thread.Sleep(1);

    public void Dispose() => NativeMemory.Free(_blocks);
}
