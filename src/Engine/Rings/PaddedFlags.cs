using System.Runtime.InteropServices;

namespace DataStream.Rings;

/// <summary>What is read often and written rarely, apart from what is written often.</summary>
[StructLayout(LayoutKind.Explicit, Size = 288)]
internal struct PaddedFlags
{
    [FieldOffset(128)]
    public long Completed;

    [FieldOffset(136)]
    public long Poisoned;

    /// <summary>Whether a thread may be parked.</summary>
    [FieldOffset(144)]
    public long Armed;

    /// <summary>What the producer passed on without a slot: below this number nothing more comes.</summary>
    [FieldOffset(152)]
    public long Passed;
}
