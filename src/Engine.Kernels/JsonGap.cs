namespace DataStream.Kernels;

/// <summary>What stands in a gap between two literals of a layout.</summary>
public enum JsonGap : byte
{
    /// <summary>What a string has between its quotes, without escapes.</summary>
    String,

    /// <summary>A number without an exponent.</summary>
    Number,

    /// <summary>A number without an exponent that is checked by who reads it.</summary>
    Digits,

    /// <summary><c>true</c>, <c>false</c> or <c>null</c>.</summary>
    Word,
}
