using System.Collections.Generic;
using DataStream.Formats;

namespace DataStream.Plans;

/// <summary>What a plan needs to know besides the configuration.</summary>
public sealed record PlanOptions
{
    /// <summary>The cores this process may use, in order.</summary>
    public IReadOnlyList<int> AllowedCores { get; init; } = [0];

    /// <summary>The same cores in the order in which lanes take them; empty: in order.</summary>
    public IReadOnlyList<int> LaneCores { get; init; } = [];

    /// <summary>How many of them are worth a lane: fewer than there are where a control group grants less time. 0: all.</summary>
    public int UsableCores { get; init; }

    /// <summary>Lanes at most, where the configuration leaves their number open.</summary>
    public int MostLanes { get; init; } = int.MaxValue;

    /// <summary>The plan is only checked here: cores that this machine does not have, or this process may not use, are no mistake.</summary>
    public bool RunsElsewhere { get; init; }

    /// <summary>Nothing is asked of a network: columns that are told there stay unknown, and there is no plan, though there may be no mistake.</summary>
    public bool StaysOffline { get; init; }

    /// <summary>Bytes that the control group lets the process have; <see cref="long.MaxValue"/>: no limit.</summary>
    public long MemoryLimit { get; init; } = long.MaxValue;

    /// <summary>What the ends of a program take, by URI: rings of structs, channels.</summary>
    public IReadOnlyDictionary<string, long> PortBytes { get; init; } = new Dictionary<string, long>();

    /// <summary>The run ends after this many events, in input order.</summary>
    public long MaxEvents { get; init; } = long.MaxValue;

    /// <summary>Fields of <c>memory:</c> inputs by name, as their ingress was opened.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<DecodeField>> Ingresses { get; init; } = new Dictionary<string, IReadOnlyList<DecodeField>>();

    /// <summary>What <c>memory:</c> outputs are written in, by name, as the program opened them.</summary>
    public IReadOnlyDictionary<string, Format> Egresses { get; init; } = new Dictionary<string, Format>();
}
