using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>One step on the way over a packed record. A record's steps end with <see cref="PackedStepKind.End"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PackedStep(PackedStepKind Kind)
{
    /// <summary>Of an optional value: the byte that stands for null.</summary>
    public byte Null { get; init; }

    /// <summary>Of an optional value: the byte that stands for the other branch.</summary>
    public byte Some { get; init; }

    /// <summary>Bytes, or a limit, or steps to leave out.</summary>
    public int Length { get; init; }

    /// <summary>The number of the field, or of what the caller does.</summary>
    public int Target { get; init; }
}
