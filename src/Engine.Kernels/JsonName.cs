using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>A key of a JSON object, as its bytes stand in a record, and where its values go. As long as a cache line.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct JsonName
{
    public const int Size = 64;

    /// <summary>The key's first eight bytes, zeros behind its end.</summary>
    public ulong Low;

    /// <summary>Its last eight; the same where it has fewer.</summary>
    public ulong High;

    /// <summary>One bit of a key that may come once only; 0 of those that nobody needs.</summary>
    public ulong Bit;

    public int Length;

    /// <summary>Where its values' lane begins in a <see cref="JsonRun"/>.</summary>
    public int Lane;

    /// <summary>1, or 0 where the value is nobody's and the next one may take its place.</summary>
    public int Step;

    /// <summary>1 where who reads the values checks the grammar of numbers, otherwise 0.</summary>
    public int IsReadStrictly;

    /// <summary>Where the key begins among the keys' bytes.</summary>
    public int Start;
}
