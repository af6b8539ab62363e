using System.Runtime.CompilerServices;

namespace DataStream.Kernels;

/// <summary>The lesser and the greater without a branch: in a loop over data where either may win, a branch is guessed wrong too often.</summary>
public static class Branchless
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Min(long a, long b) => b ^ ((a ^ b) & -Bit(a < b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Max(long a, long b) => b ^ ((a ^ b) & -Bit(a > b));

    // Safe: a bool that a comparison made is the byte 0 or 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Bit(bool value) => Unsafe.BitCast<bool, byte>(value);
}
