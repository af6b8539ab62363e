using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

/// <summary>What two threads write lies at least 128 bytes apart: two cache lines, fetched in pairs.</summary>
public sealed class LayoutTests
{
    private const int Apart = 128;

    [Theory]
    [InlineData(typeof(PaddedSequence))]
    [InlineData(typeof(PaddedSide))]
    [InlineData(typeof(PaddedFlags))]
    public void Padded_fields_have_two_lines_on_either_side(Type type)
    {
        Assert.InRange(FirstByte(type), Apart, int.MaxValue);
        Assert.InRange(Size(type) - EndOfFields(type), Apart, int.MaxValue);
    }

    [Fact]
    public void A_type_without_padding_does_not_pass() => Assert.Equal(0, FirstByte(typeof(WaitCounts)));

    [Fact]
    public void The_parts_of_a_ring_lie_apart_in_the_object()
    {
        var ring = new RingCore<long, Native>(2, default);
        AssertApart(AddressOf(ref Producer(ring).Next), AddressOf(ref Published(ring).Value), AddressOf(ref Flags(ring).Poisoned));
        ConsumerCore<long, Native> consumer = ring.First;
        AssertApart(AddressOf(ref Side(consumer).Next), AddressOf(ref Taken(consumer).Value));
    }

    [Fact]
    public void The_slots_lie_apart_from_their_neighbours_on_the_heap()
    {
        AssertSlotsApart<byte>();
        AssertSlotsApart<long>();
        AssertSlotsApart<Three>();
        AssertSlotsApart<Line>();
        AssertSlotsApart<WithReference>();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1024)]
    public void Slots_of_whole_cache_lines_begin_with_one(int slots)
    {
        // Several, each somewhere else: one may lie right by chance.
        var rings = new RingSlots<Line>[16];
        for (int i = 0; i < rings.Length; i++)
        {
            rings[i] = new RingSlots<Line>(slots);
            GC.KeepAlive(GC.AllocateArray<byte>(24 + (8 * i), pinned: true));
        }

        Assert.All(rings, ring => Assert.Equal(0, AddressOf(ref ring.At(0)) % Apart));
    }

    private static void AssertSlotsApart<T>() where T : struct
    {
        var slots = new RingSlots<T>(4);
        T[] array = Array(slots);
        long first = Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(array), ref slots.At(0));
        long behind = ((long)array.Length * Unsafe.SizeOf<T>()) - first - (4 * Unsafe.SizeOf<T>());
        Assert.InRange(first, Apart, int.MaxValue);
        Assert.InRange(behind, Apart, int.MaxValue);
        Assert.Equal(first + (3 * Unsafe.SizeOf<T>()), Unsafe.ByteOffset(ref MemoryMarshal.GetArrayDataReference(array), ref slots.At(7)));
        Assert.Equal(2, slots.Between(6, 5).Length);

        // The collector looks for references where the array's elements have them.
        Assert.True(!RuntimeHelpers.IsReferenceOrContainsReferences<T>() || first % Unsafe.SizeOf<T>() == 0);
    }

    private static int FirstByte(Type type) => Fields(type).Min(f => (int)Marshal.OffsetOf(type, f.Name));

    private static int EndOfFields(Type type) => Fields(type).Max(f => (int)Marshal.OffsetOf(type, f.Name) + Size(f.FieldType));

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static int Size(Type type) => Marshal.SizeOf(type);

    private static void AssertApart(params List<long> places)
    {
        places.Sort();
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Apart, $"{pair.Second - pair.First} bytes"));
    }

    private static unsafe long AddressOf<T>(ref T field) => (long)Unsafe.AsPointer(ref field);

    private static T[] Array<T>(RingSlots<T> slots) where T : struct =>
        (T[])slots.GetType().GetField("_array", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(slots)!;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_producer")]
    private static extern ref PaddedSide Producer(RingCore<long, Native> ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_published")]
    private static extern ref PaddedSequence Published(RingCore<long, Native> ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_flags")]
    private static extern ref PaddedFlags Flags(RingCore<long, Native> ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_side")]
    private static extern ref PaddedSide Side(ConsumerCore<long, Native> consumer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_taken")]
    private static extern ref PaddedSequence Taken(ConsumerCore<long, Native> consumer);

    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Line;

    [StructLayout(LayoutKind.Sequential, Size = 24)]
    private struct Three;

    private readonly record struct WithReference(string Text, long Number, long Other);
}
