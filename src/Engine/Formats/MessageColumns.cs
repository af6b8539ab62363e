using System;
using DataStream.Batches;

namespace DataStream.Formats;

/// <summary>The columns that messages have besides the schema's: <c>_key _topic _partition _offset _timestamp _headers.NAME</c>.</summary>
public static class MessageColumns
{
    public const string Key = "_key";

    /// <summary>What the name of a header's column begins with.</summary>
    public const string Header = "_headers.";

    /// <summary>The type of the column of this name, or null where messages have no such column.</summary>
    public static ColumnType? TypeOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            Key or "_topic" => ColumnType.Text,
            "_partition" or "_offset" => ColumnType.Int64,
            "_timestamp" => ColumnType.Timestamp,
            _ when name.StartsWith(Header, StringComparison.Ordinal) && name.Length > Header.Length => ColumnType.Text,
            _ => null,
        };
    }
}
