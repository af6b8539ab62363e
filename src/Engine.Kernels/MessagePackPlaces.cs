using System;

namespace DataStream.Kernels;

/// <summary>Where the values of one field stand: in each row's places one.</summary>
/// <param name="first">From the place of the first row on.</param>
/// <param name="stride">Places of a row.</param>
/// <param name="count">Rows.</param>
public readonly ref struct MessagePackPlaces(ReadOnlySpan<int> first, int stride, int count)
{
    private readonly ReadOnlySpan<int> _first = first;

    /// <summary>Places of a row.</summary>
    public int Stride { get; } = stride;

    /// <summary>Rows.</summary>
    public int Count { get; } = count;

    /// <summary>The first row's place.</summary>
    public ref readonly int First => ref _first[0];

    /// <summary>A row's place.</summary>
    public int this[int row] => _first[row * Stride];
}
