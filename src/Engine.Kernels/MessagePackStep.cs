using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>A key of a map, as its bytes stand in a record, and what to do with its value.</summary>
[StructLayout(LayoutKind.Auto)]
public struct MessagePackStep
{
    /// <summary>The key's first 16 bytes, its head among them, as two words; the masks have ones where they count.</summary>
    public ulong Low;

    public ulong LowMask;
    public ulong High;
    public ulong HighMask;

    /// <summary>One bit of the keys that may come once only; 0 of those that nobody needs.</summary>
    public ulong Bit;

    /// <summary>Where the key begins among the keys' bytes.</summary>
    public int Start;

    /// <summary>With the head of one byte.</summary>
    public int Length;

    /// <summary>Where the column begins: 8 bytes a row.</summary>
    public nint Column;

    /// <summary>The field's number.</summary>
    public int Target;

    /// <summary>The step that came behind this one the last time, in the same map.</summary>
    public int Next;

    /// <summary>The map that the key is in: the number of the step that stands for its beginning.</summary>
    public byte Map;

    /// <summary>The map behind <see cref="MessagePackStepKind.Enter"/>.</summary>
    public byte Inner;

    /// <summary>Its own number in the table.</summary>
    public byte Number;

    public MessagePackStepKind Kind;
}
