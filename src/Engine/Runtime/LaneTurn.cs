using System;
using System.Collections.Generic;
using DataStream.Plans;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>The chain that a lane turns to at the first payload of a generation.</summary>
/// <param name="Generation">The generation.</param>
/// <param name="Chain">Ready to run, but for what its modules must be told.</param>
/// <param name="Bound">Its modules.</param>
/// <param name="Needed">The columns that they are told of.</param>
/// <param name="Retired">Called when the lane's chain before this one is freed.</param>
internal sealed record LaneTurn(int Generation, Chain Chain, BoundChain Bound, HashSet<int> Needed, Action Retired);
