using System;

namespace DataStream.Runtime;

/// <summary>Takes the rows of a <c>memory:</c> output, in order: all of a payload at once, as they came. The memory is the caller's again on return.</summary>
/// <typeparam name="T">An unmanaged struct whose fields bear the columns' names; see <see cref="Egress{T}"/>.</typeparam>
public delegate void RowsHandler<T>(ReadOnlySpan<T> rows) where T : unmanaged;
