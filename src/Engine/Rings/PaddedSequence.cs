using System.Runtime.InteropServices;

namespace DataStream.Rings;

/// <summary>A growing position that one thread writes and others read, alone on its cache lines.</summary>
/// <remarks>128 bytes on either side: processors fetch lines of 64 bytes in pairs.</remarks>
[StructLayout(LayoutKind.Explicit, Size = 264)]
internal struct PaddedSequence
{
    [FieldOffset(128)]
    public long Value;
}
