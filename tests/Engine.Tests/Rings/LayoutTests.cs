using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

/// <summary>What two threads write lies at least 128 bytes apart: two cache lines, fetched in pairs.</summary>
public sealed class LayoutTests
{
    private const int Apart = 128;

    [Fact]
    public void Padded_fields_have_two_lines_on_either_side()
    {
        Assert.Equal(Apart, (int)Marshal.OffsetOf<PaddedSequence>(nameof(PaddedSequence.Value)));
        Assert.True(Unsafe.SizeOf<PaddedSequence>() - Apart - sizeof(long) >= Apart);
        Assert.Equal(Apart, (int)Marshal.OffsetOf<PaddedSide>(nameof(PaddedSide.Next)));
        Assert.True(Unsafe.SizeOf<PaddedSide>() - (int)Marshal.OffsetOf<PaddedSide>(nameof(PaddedSide.Spins)) - sizeof(int) >= Apart);
        Assert.Equal(Apart, (int)Marshal.OffsetOf<PaddedFlags>(nameof(PaddedFlags.Completed)));
        Assert.True(Unsafe.SizeOf<PaddedFlags>() - (int)Marshal.OffsetOf<PaddedFlags>(nameof(PaddedFlags.Armed)) - sizeof(int) >= Apart);
    }

    [Fact]
    public void The_parts_of_a_ring_lie_apart_in_the_object()
    {
        var ring = new Ring<long>(2, WaitStrategy.Block);
        List<long> places =
        [
            AddressOf(ref Producer(ring).Next), AddressOf(ref Published(ring).Value), AddressOf(ref Consumer(ring).Next),
            AddressOf(ref Taken(ring).Value), AddressOf(ref Flags(ring).Armed),
        ];
        places.Sort();
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Apart, $"{pair.Second - pair.First} bytes"));
    }

    private static unsafe long AddressOf<T>(ref T field) => (long)Unsafe.AsPointer(ref field);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_producer")]
    private static extern ref PaddedSide Producer(Ring<long> ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_consumer")]
    private static extern ref PaddedSide Consumer(Ring<long> ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_published")]
    private static extern ref PaddedSequence Published(Ring<long> ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_taken")]
    private static extern ref PaddedSequence Taken(Ring<long> ring);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_flags")]
    private static extern ref PaddedFlags Flags(Ring<long> ring);
}
