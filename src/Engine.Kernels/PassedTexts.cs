using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>A column of the records that <see cref="SameText"/> goes over.</summary>
public readonly ref struct PassedTexts
{
    private readonly Vector256<byte> _lead;
    private readonly uint _needed;
    private readonly int _length;

    /// <param name="text">What the records lie in; 64 bytes are readable behind it: the caller vouches for them.</param>
    /// <param name="places">Of each record, how far it was gone over.</param>
    /// <param name="ends">Where each record ends.</param>
    /// <param name="lead">What stands before the values, up to <see cref="SameText.MaxLength"/> bytes.</param>
    public PassedTexts(ReadOnlySpan<byte> text, Span<int> places, ReadOnlySpan<int> ends, ReadOnlySpan<byte> lead)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lead.Length, SameText.MaxLength);
        Span<byte> padded = stackalloc byte[Vector256<byte>.Count];
        padded.Clear();
        lead.CopyTo(padded);
        Text = text;
        Places = places;
        Ends = ends;
        _length = lead.Length;
        _lead = Vector256.Create(padded);
        _needed = (1U << lead.Length) - 1;
    }

    public ReadOnlySpan<byte> Text { get; }

    public Span<int> Places { get; }

    public ReadOnlySpan<int> Ends { get; }

    /// <summary>Where the text begins, when all places and ends lie in it.</summary>
    internal ref byte Check()
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(Ends.Length, Places.Length);
        int signs = 0; // below zero where one of these is
        for (int i = 0; i < Places.Length; i++)
        {
            signs |= Places[i] | (Ends[i] - Places[i]) | (Text.Length - Ends[i]);
        }

        ArgumentOutOfRangeException.ThrowIfNegative(signs);

        // Safe: read only where it was checked.
        return ref MemoryMarshal.GetReference(Text);
    }

    /// <summary>What is the same for all records, for a loop to keep in registers.</summary>
    internal (Vector256<byte> Lead, uint Needed, int Length) Shared => (_lead, _needed, _length);
}
