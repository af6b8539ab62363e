namespace DataStream.Kernels;

/// <summary>What became of a field's text: a value, a null, or one of the reasons why it is neither.</summary>
public enum FieldStatus
{
    /// <summary>The text is a value of the type.</summary>
    Value,

    /// <summary>The text means null: it is empty, names no number, or lies beyond a double's range.</summary>
    Null,

    /// <summary>The text is no number of this type.</summary>
    BadNumber,

    /// <summary>A number that the type cannot hold.</summary>
    OutOfRange,

    /// <summary>The text is no bool.</summary>
    BadBool,

    /// <summary>The text is no instant.</summary>
    BadTimestamp,
}
