using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>The widest vectors that kernels get on this machine, under the runtime's switches.</summary>
public static class SimdLevel
{
    /// <summary><c>avx512</c>, <c>avx2</c>, <c>sse42</c>, <c>neon</c> or <c>scalar</c>.</summary>
    // Safe: the properties are constants that the runtime knows.
    public static string Name =>
        Vector512.IsHardwareAccelerated ? "avx512"
        : Avx2.IsSupported ? "avx2"
        : Sse42.IsSupported ? "sse42"
        : AdvSimd.IsSupported ? "neon"
        : "scalar";
}
