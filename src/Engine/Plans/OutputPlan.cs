using DataStream.Formats;

namespace DataStream.Plans;

/// <summary>What an output takes.</summary>
public enum OutputKind
{
    /// <summary>Every row.</summary>
    Main,

    /// <summary>Copies of main's rows where its condition holds.</summary>
    Additional,

    /// <summary>Dead letters.</summary>
    Dead,

    /// <summary>Late events.</summary>
    Late,
}

/// <summary>An output of a plan.</summary>
/// <param name="Format">null for dead letters.</param>
/// <param name="ShownUri">What messages may show.</param>
public sealed record OutputPlan(string Name, OutputKind Kind, string Uri, string ShownUri, Format? Format, bool MayShed, bool HasWhere);
