using System;
using System.Collections.Generic;
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

    /// <summary>A message that no slot has room for is whole all the same: its slot has larger memory until it is claimed again, and the budget knows.</summary>
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
            for (int turn = 0; turn < 5; turn++)
            {
                Assert.True(port.TryBegin(0, 0, 0));
                Assert.True(port.TryAdd("1"u8, [], false, [], offset: 2 * turn, milliseconds: 0));
                Assert.False(port.TryAdd(value, key, true, headers, offset: (2 * turn) + 1, milliseconds: 0));
                port.End();
                Assert.True(port.TryBegin(0, 0, 0));
                Assert.True(port.TryAdd(value, key, true, headers, offset: (2 * turn) + 1, milliseconds: 0));
                port.End();
                Assert.True(ring.Ring.HasItem);
                Assert.Equal(Slot, ring.Ring.Item.Capacity);
                ring.Ring.Release();
                Assert.True(ring.Ring.HasItem);
                ref readonly Payload payload = ref ring.Ring.Item;
                ref readonly Message message = ref PayloadMessages.At(in payload, payload.FirstMessage);
                Assert.True(PayloadMessages.Part(in payload, message.OriginalStart, message.OriginalLength).SequenceEqual(value));
                Assert.True(PayloadMessages.Part(in payload, message.KeyStart, message.KeyLength).SequenceEqual(key));
                Assert.True(PayloadMessages.Part(in payload, message.HeadersStart, message.HeadersLength).SequenceEqual(headers));
                Assert.True(payload.Bytes.SequenceEqual(value.AsSpan(0, plan.MaxRecordSize + 1)));
                Assert.InRange(plan.Budget.Charged - before, value.Length + key.Length + headers.Length, 2 * value.Length); // one slot's, each time
                ring.Ring.Release();
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

    /// <summary>Memory that other slots have comes back when the ring comes round: until then the message is not taken. Where no slot has any, the run ends.</summary>
    [Fact]
    public void A_message_waits_for_the_memory_of_those_before_it()
    {
        const int Slots = 4;
        Plan plan = NewPlan("performance_tuning: {memory_budget: 64MiB}");
        byte[] value = Noise(1 << 20);
        MemoryBudget.Account others = plan.Budget.Open("others");
        others.Charge(plan.Budget.Limit - plan.Budget.Charged - (3 * value.Length)); // two have room for it, with what a slot keeps of it twice
        long before = plan.Budget.Charged;
        using var ring = new PayloadRing(Slots, 128 * 1024, 0, WaitStrategy.Block);
        using var port = new MessageDispatcher([ring.Ring], new RunState(), plan, null, new Generation(), new TaskPositions(), null, static () => (0, false)) { KeepsOriginals = true };
        var taken = new List<int>();
        for (int payload = 0; payload < 3 * Slots; payload++)
        {
            Assert.True(port.TryBegin(0, 0, 0));
            if (port.TryAdd(value, [], false, [], payload, 0))
            {
                taken.Add(payload);
            }

            port.End();
            Assert.True(ring.Ring.HasItem);
            Assert.Equal(taken.Contains(payload) ? 1 : 0, ring.Ring.Item.Messages);
            ring.Ring.Release();
        }

        Assert.Equal([0, 1, 4, 5, 8, 9], taken);
        for (int empty = 0; empty < Slots; empty++)
        {
            Assert.True(port.TryBegin(0, 0, 0));
            port.End();
            Assert.True(ring.Ring.HasItem);
            ring.Ring.Release();
        }

        Assert.Equal(before, plan.Budget.Charged); // all of it has come back
        others.Charge(plan.Budget.Limit - before);
        Assert.True(port.TryBegin(0, 0, 0));
        Assert.Equal(ExitCode.Limit, Assert.Throws<StopException>(() => port.TryAdd(value, [], false, [], 0, 0)).Code);
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
}
