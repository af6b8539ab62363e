namespace DataStream.Kernels;

/// <summary>A part of a record's layout: a literal, and the gap behind it.</summary>
public struct JsonPart
{
    /// <summary>The literal's bytes.</summary>
    public int Length;

    /// <summary>Which of the bytes of the literal's last piece count.</summary>
    public uint Mask;

    /// <summary>What stands behind the literal; the last step's literal ends the record.</summary>
    public JsonGap Gap;

    /// <summary>Where the gap's two marks of the first record go.</summary>
    public int Target;

    /// <summary>How long a string was lately: a foresight, up to a piece.</summary>
    public int Usual;
}
