using System.Runtime.InteropServices;

namespace DataStream.Rings;

/// <summary>What one side of a ring keeps for itself, alone on its cache lines.</summary>
[StructLayout(LayoutKind.Explicit, Size = 288)]
internal struct PaddedSide
{
    /// <summary>This side's own position.</summary>
    [FieldOffset(128)]
    public long Next;

    /// <summary>How far this side may go, from the other side's position when last looked at: its line is read again only when this does not suffice.</summary>
    [FieldOffset(136)]
    public long Limit;

    [FieldOffset(144)]
    public WaitCounts Counts;
}
