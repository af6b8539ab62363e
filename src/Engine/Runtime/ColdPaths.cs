using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DataStream.Batches;
using DataStream.Kernels;
using DataStream.Modules;
using DataStream.Rings;
using DataStream.Sources;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>What the .NET runtime makes at first use and keeps, made before the first payload: a lane may meet the first use at any time, and allocates nothing.</summary>
/// <remarks>Found with the runtime's allocation events; <c>tests/Engine.Tests/Allocation</c> finds the next one.</remarks>
internal static class ColdPaths
{
    // The table grows to 4,096 entries of 24 bytes and no further.
    private const long LargestCastTable = 4096 * 24;

    private static readonly Lazy<bool> s_touched = new(TouchAll);

    /// <summary>Once per process; some milliseconds the first time. Any thread: all return when it is done.</summary>
    public static void Touch() => _ = s_touched.Value;

    private static bool TouchAll()
    {
        // Each by its name: of a list a native executable would not know whose they are.
        RuntimeHelpers.RunClassConstructor(typeof(Numbers).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(Timestamps).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(Rounding).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(ExactNumbers).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(JsonRun).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(QuantileSketch).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(LinearForm).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(LearningBackoff).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(DeadReason).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(DeadMessages).TypeHandle);

        // The class library makes a sorter for each type that is sorted.
        ((Span<long>)[2, 1]).Sort();
        ((Span<double>)[2, 1]).Sort();

        // The first call of a native function resolves its name, as a managed string: of code that is compiled ahead each function's calls, which prelinking does not reach.
        if (OperatingSystem.IsLinux())
        {
            Array.ForEach(typeof(Linux).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly), Marshal.Prelink);
            using var interruption = new Interruption();
            interruption.Request();
        }

        TouchNumbers();
        _ = Timestamps.TryParse("2026-01-01T00:00:00.000Z"u8, out _, out _);
        _ = DateTime.UtcNow;
        GrowCastTable();
        return true;
    }

    /// <summary>The class library keeps signs and symbols as UTF-8 once it has written or read them; kernels their tables.</summary>
    private static void TouchNumbers()
    {
        Span<byte> target = stackalloc byte[NumberText.MaxFixedLength];
        foreach (double value in (ReadOnlySpan<double>)[-1.0 / 3, 1e-300, 1e300, -0.0, double.NaN, double.NegativeInfinity])
        {
            NumberText.FormatFloat64(value, target);
            NumberText.FormatFixed(value, 2, target);
        }

        NumberText.FormatInt64(long.MinValue, target);
        long.MinValue.TryFormat(target, out _);
        double.TryParse("-1.5e3"u8, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        _ = Numbers.ParseFloat64("1.2345678901234567e-7"u8, out _); // the powers of five, which no shorter number needs
    }

    /// <summary>
    /// Casts are remembered in one managed table for the process, which doubles where entries collide: compiling a method, which happens at its first call,
    /// casts a lot.
    /// </summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Whichever types a native executable keeps, they only meet in the table.")]
    private static void GrowCastTable()
    {
        Type[] types = typeof(Numbers).Assembly.GetTypes();
        for (int distance = 1; distance < types.Length; distance++)
        {
            for (int i = 0; i < types.Length; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                _ = types[i].IsAssignableFrom(types[(i + distance) % types.Length]);
                if (GC.GetAllocatedBytesForCurrentThread() - before >= LargestCastTable)
                {
                    return;
                }
            }
        }
    }
}
