using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>The windows of one lane: folds rows, and gives results when they close.</summary>
/// <remarks>
/// Tumbling, hopping and global windows fold at home on every lane. The lane whose payload carries the watermark over a window's end
/// waits until every lane has folded all earlier payloads, and calls <see cref="Close"/> with all lanes' operators; other lanes may go on folding
/// into windows that stay open. Session and count windows emit while they fold; of several lanes each folds the rows
/// of the keys that it owns, in order of arrival.
/// </remarks>
public abstract class WindowOperator : IStateful, IDisposable
{
    /// <summary>Shows the open windows to a walk. Of operators that no other lane closes.</summary>
    public abstract void Walk(StateWalk walk);

    /// <summary>Whether several lanes' operators can be merged by <see cref="Close"/>.</summary>
    public abstract bool CanMerge { get; }

    /// <summary>
    /// Folds the live rows. A row that is late for all its windows is taken out of the selection and its bit set in <paramref name="late"/>.
    /// The watermark at a row is <see cref="Batch.EarlierMax"/> of the row minus the disorder allowed.
    /// </summary>
    /// <param name="batch">The rows; its <see cref="Batch.PayloadNumber"/> and <see cref="Batch.FirstOrdinal"/> + row give the order of arrival.</param>
    /// <param name="late">One bit per row, all clear.</param>
    /// <param name="results">Where windows that close while folding (sessions, counts) go.</param>
    public abstract void Fold(Batch batch, Span<ulong> late, WindowResults results);

    /// <summary>Whether <paramref name="maxEventTime"/> (the highest event time up to the end of a payload) closes a window that <paramref name="earlierMax"/> did not.</summary>
    public abstract bool Closes(long earlierMax, long maxEventTime);

    /// <summary>Closes every window that the watermark has passed, in order of end, start and key, over all lanes.</summary>
    /// <param name="lanes">All lanes' operators, this one among them.</param>
    /// <param name="maxEventTime">The highest event time so far; <see cref="long.MaxValue"/> at the end of input closes all.</param>
    /// <param name="results">Where the rows go.</param>
    /// <param name="claimed">Called when no other lane can take what closes here, before its rows are made.</param>
    public abstract void Close(ReadOnlySpan<WindowOperator> lanes, long maxEventTime, WindowResults results, Action? claimed = null);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
