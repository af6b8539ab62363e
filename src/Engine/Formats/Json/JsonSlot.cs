using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Where a value was met in the record now being read.</summary>
internal struct JsonSlot
{
    public JsonKind Kind;

    /// <summary>The value's first byte in the payload, a string's quote included.</summary>
    public int Start;

    /// <summary>The byte behind it.</summary>
    public int End;
}
