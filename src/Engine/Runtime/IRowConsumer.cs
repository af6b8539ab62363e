using System;

namespace DataStream.Runtime;

/// <summary>Takes the rows of a <c>memory:</c> output, and learns of its end.</summary>
/// <typeparam name="T">An unmanaged struct whose fields bear the columns' names; see <see cref="Egress{T}"/>.</typeparam>
public interface IRowConsumer<T> where T : unmanaged
{
    /// <summary>All rows of a payload at once, in order. The memory is the caller's again on return.</summary>
    void OnRows(ReadOnlySpan<T> rows);

    /// <summary>Behind the last row, once: null where the pipeline ended well, else why it did not (a <see cref="Flow.StopException"/>, or the configuration's mistakes).</summary>
    void OnEnd(Exception? fault);
}
