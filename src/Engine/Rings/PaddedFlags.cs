using System.Runtime.InteropServices;

namespace DataStream.Rings;

/// <summary>Flags, 0 or 1, that are read often and written rarely, apart from what is written often.</summary>
[StructLayout(LayoutKind.Explicit, Size = 280)]
internal struct PaddedFlags
{
    [FieldOffset(128)]
    public long Completed;

    [FieldOffset(136)]
    public long Poisoned;

    /// <summary>Whether a thread may be parked.</summary>
    [FieldOffset(144)]
    public long Armed;
}
