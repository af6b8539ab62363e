namespace DataStream.Formats.Json;

/// <summary>Where <see cref="JsonValueCutter"/> stands.</summary>
internal enum JsonCutPhase : byte
{
    BetweenDocuments,

    /// <summary>In a document, outside the array of records.</summary>
    Document,

    /// <summary>Where a record may begin.</summary>
    Between,
    Value,

    /// <summary>In what begins no value.</summary>
    Garbage,

    /// <summary>Behind a fault.</summary>
    Recovery,

    /// <summary>A value was found whole, and is to be cut.</summary>
    Pending,
}

/// <summary>What stands before the next element.</summary>
internal enum JsonSeparator : byte
{
    /// <summary>The bracket that opens the array.</summary>
    None,

    /// <summary>A comma, which is still to come.</summary>
    Comma,

    /// <summary>Perhaps a comma: what was there before was broken.</summary>
    MaybeComma,
    AfterComma,
}
