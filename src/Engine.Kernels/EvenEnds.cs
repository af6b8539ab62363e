using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>Whether line ends are every so-manieth separator, a block at a time.</summary>
/// <remarks>
/// <code>
/// text        ab,c,de␊f,g,h␊ij,k
/// separators  001010010101010010    lowest bit first
/// feeds       000000010000010000
/// by rank     001001 0              bit i tells whether separator i is a line end: with a width of 3, of those that have none before them
/// </code>
/// </remarks>
internal ref struct EvenEnds
{
    private readonly ulong _wanted; // by rank, behind a line end
    private readonly int _width;
    private int _before; // separators since the last line end
    private ulong _wrong;

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // called, all of it went through memory
    public EvenEnds(int width)
    {
        _width = width;
        _wanted = WantedBy(width);
        _before = 0;
        _wrong = 0;
    }

    /// <summary>Whether all blocks so far were as wanted; never on machines that cannot tell quickly.</summary>
    public readonly bool AreEven => Bmi2.X64.IsSupported && _wrong == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(ulong feeds, ulong separators)
    {
        if (!Bmi2.X64.IsSupported)
        {
            return;
        }

        // Ranks of a record that began in a block before; the highest ones are not known then, which only many separators reach.
        int count = BitOperations.PopCount(separators);
        ulong wanted = (_wanted >> _before) & Block64.Lowest(count);
        _wrong |= (Bmi2.X64.ParallelBitExtract(feeds, separators) ^ wanted) | (count + _before > Block64.Length ? 1UL : 0);

        // Above the highest line end: all ones where there is none.
        ulong behind = feeds == 0 ? ulong.MaxValue : ~(ulong.MaxValue >> BitOperations.LeadingZeroCount(feeds));
        _before = BitOperations.PopCount(separators & behind) + (feeds == 0 ? _before : 0);
        _wrong |= _before >= _width ? 1UL : 0;
    }

    private static ulong WantedBy(int width)
    {
        ulong wanted = 0;
        for (int rank = width - 1; rank < Block64.Length; rank += width)
        {
            wanted |= 1UL << rank;
        }

        return wanted;
    }
}
