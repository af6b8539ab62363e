namespace DataStream.Formats.Csv;

/// <summary>What a record breaks, the first from the left.</summary>
internal enum RecordFault
{
    None,
    BadQuote,
    TooManyFields,
    TooLong,
}

/// <summary>A record as the scanner read it.</summary>
internal struct ScannedRecord
{
    public RecordFault Fault;

    /// <summary>Its first byte is the comment sign: no event.</summary>
    public bool IsComment;

    /// <summary>Longer than allowed, without its line end.</summary>
    public bool IsLong;

    /// <summary>Bytes without the line end; of a long record one more than allowed.</summary>
    public int Content;

    /// <summary>Bytes with the line end; of a long record the line end may be yet to come.</summary>
    public int Length;

    /// <summary>Of a long record: <see cref="Length"/> reaches its end.</summary>
    public bool IsClosed;

    /// <summary>How many fields begin in the record.</summary>
    public int Fields;
}
