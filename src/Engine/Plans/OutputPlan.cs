using DataStream.Formats;

namespace DataStream.Plans;

/// <summary>An output of a plan.</summary>
/// <param name="Format">null for dead letters.</param>
/// <param name="ShownUri">What messages may show.</param>
public sealed record OutputPlan(string Name, OutputKind Kind, string Uri, string ShownUri, Format? Format, bool MayShed, bool HasWhere)
{
    /// <summary>The output is a connector's, and takes messages; null: it takes bytes.</summary>
    public ConnectorOutput? Connector { get; init; }
}
