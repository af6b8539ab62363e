using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Modules;

namespace DataStream.Plans;

/// <summary>A module of one lane, bound to its schema.</summary>
/// <param name="Number">Its stage: 1 is the first module.</param>
internal sealed record BoundModule(string Name, string Class, Module Module, Dependencies Needs, int Number)
{
    /// <summary>A program registered it: what it does to columns is not known.</summary>
    public bool IsRegistered { get; init; }

    /// <summary>The visible columns that it added, by ordinal.</summary>
    public IReadOnlyList<int> Added { get; init; } = [];
}
