namespace DataStream.Formats;

/// <summary>What a cutter found at the front of the bytes it was shown.</summary>
/// <param name="Skip">Bytes before the first record that belong to none: a BOM, a header, skipped lines. They reach no payload.</param>
/// <param name="Length">Bytes of whole records behind them, line ends included: what a payload gets.</param>
/// <param name="Discard">Bytes behind those that are thrown away: the rest of a record that is too long.</param>
/// <param name="IsMade">The <paramref name="Length"/> bytes are <see cref="RecordCutter.Made"/>, and not among those that were shown.</param>
public readonly record struct Cut(int Skip, int Length, int Discard, bool IsMade = false);
