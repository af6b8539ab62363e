using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>A part of a record's shape: up to 64 bytes of which those under the mask are always the same (heads of maps, keys, tokens), and perhaps a value behind them whose length is not.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MessagePackPart
{
    /// <summary>Bytes of a part that are looked at.</summary>
    public const int Width = 64;

    /// <summary>The bytes, and zeros where the mask has them.</summary>
    public Vector512<byte> Bytes;

    /// <summary>Ones where the same bits are in every record.</summary>
    public Vector512<byte> Mask;

    /// <summary>How far the next part is, or the token of the value behind; more than <see cref="Width"/> only without such a value.</summary>
    public nint Length;

    /// <summary>A value is behind the part whose token says how long it is.</summary>
    public bool IsLoose;

    /// <summary>That value is mostly a short text.</summary>
    public bool IsText;
}
