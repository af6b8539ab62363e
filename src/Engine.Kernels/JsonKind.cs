namespace DataStream.Kernels;

/// <summary>What a JSON value turned out to be.</summary>
public enum JsonKind : byte
{
    /// <summary>None was met; also what a faulty value returns.</summary>
    Missing,
    Null,
    False,
    True,
    Number,

    /// <summary>A string without escapes: its bytes are its meaning.</summary>
    Text,

    /// <summary>A string with escapes.</summary>
    EscapedText,
    Object,
    Array,
}
