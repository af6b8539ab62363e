namespace DataStream.Kernels;

/// <summary>A member of a flat JSON object, by its places in the text.</summary>
public struct JsonMember
{
    /// <summary>The key's first eight bytes, the first one lowest, zeros behind its end.</summary>
    public ulong KeyWord;

    /// <summary>The key's first byte, behind the quote.</summary>
    public int KeyStart;

    /// <summary>Its bytes as written; it has no escapes.</summary>
    public int KeyLength;

    /// <summary>The value's first byte; of a string the one behind the quote.</summary>
    public int Start;

    /// <summary>Behind the value; of a string its quote.</summary>
    public int End;

    /// <summary>What the value is.</summary>
    public JsonGap Kind;

    /// <summary>A string with escapes, all of them sound.</summary>
    public bool IsEscaped;
}
