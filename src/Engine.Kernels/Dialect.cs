namespace DataStream.Kernels;

/// <summary>How delimited text is written (RFC 4180, with other signs).</summary>
/// <param name="Delimiter">Between fields.</param>
/// <param name="Quote">Opens a field as its first byte, and closes it; doubled inside it is itself.</param>
/// <param name="Comment">The first byte of a record that is none; −1: there are no comments.</param>
/// <param name="MaxRecordSize">The longest record, without its line end.</param>
public readonly record struct Dialect(byte Delimiter, byte Quote, int Comment, int MaxRecordSize)
{
    /// <summary>Inside quotes, before a quote or itself: that byte is data. −1: there is none. The kernels know nothing of it; they are for text without quotes then.</summary>
    public int Escape { get; init; } = -1;
}
