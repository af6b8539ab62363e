using System.Runtime.InteropServices;

namespace DataStream.Rings;

/// <summary>Flags that are read often and written rarely, apart from what is written often.</summary>
[StructLayout(LayoutKind.Explicit, Size = 264)]
internal struct PaddedFlags
{
    [FieldOffset(128)]
    public bool Completed;

    [FieldOffset(129)]
    public bool Poisoned;

    /// <summary>Whether a thread may be parked.</summary>
    [FieldOffset(132)]
    public int Armed;
}
