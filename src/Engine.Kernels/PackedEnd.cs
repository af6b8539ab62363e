namespace DataStream.Kernels;

/// <summary>How a run over packed records ended.</summary>
public enum PackedEnd
{
    /// <summary>All rows that were asked for are read, or all bytes.</summary>
    Rows,

    /// <summary>The caller reads a value at <see cref="PackedRecords.At"/>, and lets the run go on behind it.</summary>
    Other,

    /// <summary>A record is read of which the caller read values.</summary>
    Record,

    /// <summary>The next record is damaged, or unusual, or near the end of the bytes. Nothing of it counts.</summary>
    Unread,
}
