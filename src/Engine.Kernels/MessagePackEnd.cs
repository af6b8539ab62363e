namespace DataStream.Kernels;

/// <summary>How a run over records ended.</summary>
public enum MessagePackEnd
{
    /// <summary>All rows that were asked for are read.</summary>
    Rows,

    /// <summary>The last record that was read lacks fields, or has values that the caller reads: <see cref="MessagePackMaps.Filled"/> and <see cref="MessagePackMaps.Others"/> are its.</summary>
    Partial,

    /// <summary>The next record is of another form, dead, or near the end of the bytes. Nothing of it counts.</summary>
    Unread,
}
