namespace DataStream.Kernels;

/// <summary>A member of a flat JSON object, by its places in the text.</summary>
/// <param name="KeyWord">The key's first eight bytes, the first one lowest, zeros behind its end.</param>
/// <param name="KeyStart">Its first byte, behind the quote.</param>
/// <param name="KeyLength">Its bytes as written; it has no escapes.</param>
/// <param name="Start">The value's first byte; of a string the one behind the quote.</param>
/// <param name="End">Behind the value; of a string its quote.</param>
/// <param name="IsEscaped">A string with escapes, all of them sound.</param>
public readonly record struct JsonMember(ulong KeyWord, int KeyStart, int KeyLength, int Start, int End, bool IsEscaped);
