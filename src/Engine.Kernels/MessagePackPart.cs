using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>A part of a record's shape: bytes that are always the same (heads of maps, keys), and the value behind them.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct MessagePackPart
{
    /// <summary>The bytes, at most 16, and zeros behind.</summary>
    public Vector128<byte> Bytes;

    /// <summary>Ones where bytes are.</summary>
    public Vector128<byte> Mask;

    /// <summary>How many there are.</summary>
    public nint Length;

    /// <summary>Where the value's place goes.</summary>
    public nint Place;

    /// <summary>The token that the value had, where it alone decides the length; otherwise none that there is.</summary>
    public int Token;

    /// <summary>The value's length with that token.</summary>
    public nint Size;

    /// <summary>The value had a short text's token.</summary>
    public bool IsText;

    /// <summary>No value is behind the bytes: more of them follow, or the record's end.</summary>
    public bool IsBare;
}
