using System;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Plans;
using DataStream.Rings;
using DataStream.Runtime;
using DataStream.Tests.Config;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class MessageDispatcherTests
{
    /// <summary>What stands at one place goes into several payloads: until the last one nothing may be kept behind that place.</summary>
    [Fact]
    public void A_payload_that_ends_in_the_midst_of_a_place_is_before_it()
    {
        Plan plan = NewPlan();
        using var ring = new PayloadRing(4, 16 * 1024, 0, WaitStrategy.Block);
        var port = new MessageDispatcher([ring.Ring], new RunState(), plan, null, new Generation(), new TaskPositions(), null, static () => (0, false));
        for (int piece = 0; piece < 3; piece++)
        {
            Assert.True(port.TryBegin(0, 0, 2));
            port.ComesFrom(0, 7, place: 5);
            Assert.True(port.TryAdd("1"u8, [], false, [], offset: 40 + piece, milliseconds: 0));
            Assert.Equal(piece, piece < 2 ? port.EndWithin() : port.End());
            Assert.Equal(piece < 2 ? 5 : 6, ring.Ring[piece].NextOffset);
        }
    }

    /// <summary>A message that no slot has room for is whole all the same: its slot has larger memory until it is released, and the budget knows.</summary>
    [Fact]
    public void A_message_longer_than_a_slot_keeps_its_bytes_key_and_headers()
    {
        const int Slot = 128 * 1024;
        Plan plan = NewPlan();
        long before = plan.Budget.Charged;
        byte[] value = Noise(1 << 20), key = Noise(Slot), headers = Noise(2 * Slot);
        using var ring = new PayloadRing(2, Slot, 0, WaitStrategy.Block);
        using (var port = new MessageDispatcher([ring.Ring], new RunState(), plan, null, new Generation(), new TaskPositions(), null, static () => (0, false)) { KeepsOriginals = true })
        {
            var lane = new RingInput(ring.Ring, port.Larger);
            for (int turn = 0; turn < 5; turn++)
            {
                Assert.True(port.TryBegin(0, 0, 0));
                Assert.True(port.TryAdd("1"u8, [], false, [], offset: 2 * turn, milliseconds: 0));
                Assert.False(port.TryAdd(value, key, true, headers, offset: (2 * turn) + 1, milliseconds: 0));
                port.End();
                Assert.True(port.TryBegin(0, 0, 0));
                Assert.True(port.TryAdd(value, key, true, headers, offset: (2 * turn) + 1, milliseconds: 0));
                port.End();
                Assert.True(lane.Wait());
                Assert.Equal(Slot, lane.Item.Capacity);
                lane.Release();
                Assert.True(lane.Wait());
                ref readonly Payload payload = ref lane.Item;
                ref readonly Message message = ref PayloadMessages.At(in payload, payload.FirstMessage);
                Assert.True(PayloadMessages.Part(in payload, message.OriginalStart, message.OriginalLength).SequenceEqual(value));
                Assert.True(PayloadMessages.Part(in payload, message.KeyStart, message.KeyLength).SequenceEqual(key));
                Assert.True(PayloadMessages.Part(in payload, message.HeadersStart, message.HeadersLength).SequenceEqual(headers));
                Assert.True(payload.Bytes.SequenceEqual(value.AsSpan(0, plan.MaxRecordSize + 1)));
                Assert.InRange(plan.Budget.Charged - before, value.Length + key.Length + headers.Length, 2 * value.Length); // one slot's, each time
                lane.Release();
                Assert.Equal(before, plan.Budget.Charged);
            }
        }

        Assert.Equal(before, plan.Budget.Charged);
    }

    [Fact]
    public void A_message_that_the_budget_has_no_room_for_ends_the_run_with_the_key_to_raise()
    {
        Plan plan = NewPlan("performance_tuning: {memory_budget: 64MiB}");
        using var ring = new PayloadRing(2, 128 * 1024, 0, WaitStrategy.Block);
        using var port = new MessageDispatcher([ring.Ring], new RunState(), plan, null, new Generation(), new TaskPositions(), null, static () => (0, false)) { KeepsOriginals = true };
        Assert.True(port.TryBegin(0, 0, 0));
        StopException stop = Assert.Throws<StopException>(() => port.TryAdd(new byte[65 << 20], [], false, [], 0, 0));
        Assert.Equal(ExitCode.Limit, stop.Code);
        Assert.Contains("raise performance_tuning.memory_budget", stop.Message, StringComparison.Ordinal);
    }

    /// <summary>Of what the budget has left one message may have all. More at a time have half of it at most, whichever half of a run they are in: what is over waits until lanes are done with others, and does not end the run.</summary>
    [Fact]
    public void Messages_wait_for_the_memory_of_those_before_them()
    {
        Plan plan = NewPlan("performance_tuning: {memory_budget: 64MiB}");
        byte[] value = Noise(1 << 20);
        MemoryBudget.Account others = plan.Budget.Open("others");
        others.Charge(plan.Budget.Limit - plan.Budget.Charged - (5 * value.Length)); // two have room in half of it, with what a slot keeps of each twice
        long before = plan.Budget.Charged;
        using var rings = new TwoHalves(plan);
        Assert.True(rings.First.TryAdd(value));
        Assert.True(rings.Second.TryAdd(value));
        Assert.False(rings.First.TryAdd(value));
        Assert.False(rings.Second.TryAdd(value));
        others.Charge(2 * value.Length); // windows grow meanwhile
        others.Charge(-2 * value.Length);
        Assert.Equal(1, rings.First.Release());
        Assert.True(rings.Second.TryAdd(value));
        Assert.Equal((0, 1, 0, 1), (rings.First.Release(), rings.Second.Release(), rings.Second.Release(), rings.Second.Release()));
        Assert.Equal(before, plan.Budget.Charged); // all of it has come back
        others.Charge(3 * value.Length);
        Assert.True(rings.First.TryAdd(value)); // it is alone
        Assert.False(rings.Second.TryAdd(value));
        Assert.Equal(1, rings.First.Release());
        others.Charge(value.Length);
        Assert.Equal(ExitCode.Limit, Assert.Throws<StopException>(() => rings.Second.TryAdd(value)).Code);
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        bytes.AsSpan().Replace((byte)'\n', (byte)' '); // one line
        return bytes;
    }

    private static Plan NewPlan(string more = "")
    {
        PipelineConfig config = Loading.LoadGood($$"""
            stream_settings:
              stream_input: file:a.csv
              stream_output: file:b.csv
              schema: {id: int64}
            {{more}}
            """);
        return Planner.Build(config, new Catalog(), new PlanOptions(), new ConfigErrors())!;
    }

    private sealed class TwoHalves(Plan plan) : IDisposable
    {
        public Half First { get; } = new(plan);

        public Half Second { get; } = new(plan);

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }

    /// <summary>A dispatcher and its lane.</summary>
    private sealed class Half : IDisposable
    {
        private readonly PayloadRing _ring = new(8, 128 * 1024, 0, WaitStrategy.Block);
        private readonly MessageDispatcher _port;
        private readonly RingInput _lane;

        public Half(Plan plan)
        {
            _port = new MessageDispatcher([_ring.Ring], new RunState(), plan, null, new Generation(), new TaskPositions(), null, static () => (0, false)) { KeepsOriginals = true };
            _lane = new RingInput(_ring.Ring, _port.Larger);
        }

        /// <summary>Hands a payload over with the message, or empty.</summary>
        public bool TryAdd(byte[] value)
        {
            Assert.True(_port.TryBegin(0, 0, 0));
            bool isTaken = _port.TryAdd(value, [], false, [], 0, 0);
            _port.End();
            return isTaken;
        }

        /// <summary>The lane is done with its next payload; gives how many messages that has.</summary>
        public int Release()
        {
            Assert.True(_lane.Wait());
            int messages = _lane.Item.Messages;
            _lane.Release();
            return messages;
        }

        public void Dispose()
        {
            _port.Dispose();
            _ring.Dispose();
        }
    }
}
