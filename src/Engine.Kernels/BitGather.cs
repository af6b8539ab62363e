using System.Numerics;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>Takes the bits of a word that a mask names and moves them together at the low end, in their order.</summary>
public static class BitGather
{
    public static ulong Take(ulong word, ulong mask)
    {
        // Safe: one instruction on values, used only where the machine has it.
        return Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitExtract(word, mask) : TakeRuns(word, mask);
    }

    /// <summary>Run of bits by run of bits.</summary>
    internal static ulong TakeRuns(ulong word, ulong mask)
    {
        ulong taken = 0;
        for (int at = 0; mask != 0;)
        {
            int shift = BitOperations.TrailingZeroCount(mask);
            ulong run = mask >> shift;
            int length = BitOperations.TrailingZeroCount(~run); // 64 where the run is the whole word
            ulong ones = length == 64 ? ulong.MaxValue : (1UL << length) - 1;
            taken |= ((word >> shift) & ones) << at;
            at += length;
            mask &= ~(ones << shift);
        }

        return taken;
    }
}
