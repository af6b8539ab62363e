using System.Collections.Generic;

namespace DataStream.Formats.Json;

/// <summary>How JSON is read and written.</summary>
/// <param name="Decimals">Digits behind a double's point on the way out; −1: as many as it takes.</param>
internal sealed record JsonOptions(int Decimals)
{
    /// <summary>Values one behind the other, on any lines, rather than one a line.</summary>
    public bool ByValue { get; init; }

    /// <summary>Where the array lies whose elements are the records: no steps where a value itself is it; null: values are records.</summary>
    public IReadOnlyList<JsonStep>? Records { get; init; }

    /// <summary>Strings are read as the fields of a CSV would be.</summary>
    public bool Coerce { get; init; }

    /// <summary>Rows are messages behind the number of their schema.</summary>
    public bool IsFramed { get; init; }

    /// <summary>Where the schemas are that messages name by number; null: nobody is asked.</summary>
    public ISchemaLookup? Lookup { get; init; }

    public bool IsByValue => ByValue || Records is not null;
}
