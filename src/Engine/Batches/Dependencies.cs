using System.Collections.Generic;

namespace DataStream.Batches;

/// <summary>What one module needs: columns it reads for an effect, and columns it derives from others.</summary>
/// <remarks>
/// A column read for an effect (a condition, a key) is always needed. One that only a derived column needs is
/// needed when that one is. A module that derives asks <see cref="IsNeeded"/> when it processes, and skips what nobody needs:
/// its sources were not decoded.
/// </remarks>
public sealed class Dependencies
{
    private readonly List<int> _reads = [];
    private readonly List<(int Target, int[] Sources)> _derivations = [];
    private HashSet<int>? _needed;

    /// <summary>Columns that are needed whatever becomes of the module's own columns.</summary>
    public IReadOnlyList<int> Reads => _reads;

    /// <summary>Columns written, each with those it is made of.</summary>
    public IReadOnlyList<(int Target, int[] Sources)> Derivations => _derivations;

    public void Read(int ordinal) => _reads.Add(ordinal);

    /// <summary><paramref name="target"/> is made from <paramref name="sources"/> and from nothing else.</summary>
    public void Derive(int target, params int[] sources) => _derivations.Add((target, sources));

    /// <summary>Whether an output, a condition, a key or the event time needs the column. True until the plan has told.</summary>
    public bool IsNeeded(int ordinal) => _needed is null || _needed.Contains(ordinal);

    internal void SetNeeded(HashSet<int> needed) => _needed = needed;
}
