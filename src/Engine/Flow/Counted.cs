using System;
using System.Globalization;

namespace DataStream.Flow;

/// <summary>A number with its noun, for messages: <c>1 event</c>, <c>1,200 events</c>.</summary>
public static class Counted
{
    /// <param name="count">How many.</param>
    /// <param name="one">The noun of one thing; more take an <c>s</c>.</param>
    public static string Of(long count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {one}{(count == 1 ? "" : "s")}");
}
