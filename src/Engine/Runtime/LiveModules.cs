using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Plans;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>Puts modules into the chains of a run while it runs.</summary>
/// <remarks>
/// The lanes' next chains are built beside them: the modules and the window are the same instances, which keep their state; decoder, batches and encoders
/// are new, since there may be more columns. Then payloads are stamped with the next generation, and each lane turns to its next chain at the first one
/// so stamped: so the change takes effect at one place of the input on all lanes. Members are for one thread at a time, but <see cref="Parts"/> for any.
/// </remarks>
internal sealed class LiveModules(
    Plan plan, Generation generation, Lane[] lanes, LaneLinks[] links, IReadOnlyList<BoundChain> first, ChainParts[] parts, Func<BoundChain, DecodePlan, Decoder?> newDecoder)
{
    private readonly MemoryBudget.Account _memory = plan.Budget.Open("batches");
    private IReadOnlyList<BoundChain> _bound = first;
    private ChainParts[] _parts = parts;

    /// <summary>The lanes' stages as they are or, where a lane has not turned yet, will be.</summary>
    public ChainParts[] Parts => Volatile.Read(ref _parts);

    /// <summary>Binds the module for every lane and lets the lanes turn; false, with the reasons, where nothing has changed.</summary>
    public bool TryAdd(string name, ConfigErrors errors)
    {
        if (plan.HasTasks)
        {
            errors.Add(Place.Code, "not_supported", $"module '{name}': partitions have state of their own, and a running pipeline takes no module then in this version; register it before the start");
            return false;
        }

        if (Extension.TryMake(plan, _bound, name, errors) is not { } extension)
        {
            return false;
        }

        long bytes = lanes.Length * FixedMemory.Batches(plan.Config, extension.Chains[0], plan.Keyed.Count > 0);
        if (!HasRoom(bytes, name, errors) || !TryDecode(extension, name, errors, out Decoder[] decoders))
        {
            foreach (BoundChain chain in extension.Chains)
            {
                Extension.Forget(chain);
            }

            return false;
        }

        _memory.Charge(bytes);
        long replaced = FixedMemory.Batches(plan.Config, _bound[0], plan.Keyed.Count > 0);
        ChainParts[] next = [.. extension.Chains.Select((chain, lane) => ChainAssembly.Assemble(plan, chain, decoders[lane], _parts[lane]))];
        for (int lane = 0; lane < lanes.Length; lane++)
        {
            var ready = new Chain(next[lane], links[lane], extension.Dead, plan.DeadOutput);
            lanes[lane].Prepare(new LaneTurn(generation.Current + 1, ready, extension.Chains[lane], extension.Needed, () => _memory.Charge(-replaced)));
        }

        _bound = extension.Chains;
        Volatile.Write(ref _parts, next);
        generation.Current++;
        return true;
    }

    private bool HasRoom(long bytes, string name, ConfigErrors errors)
    {
        bool hasRoom = bytes <= plan.Budget.Limit - plan.Budget.Charged;
        if (!hasRoom)
        {
            errors.Add(Place.Code, "over_budget", string.Create(CultureInfo.InvariantCulture, $"module '{name}': the next batches take {bytes:N0} bytes until the present ones are freed, and memory_budget has less left"));
        }

        return hasRoom;
    }

    private bool TryDecode(Extension extension, string name, ConfigErrors errors, out Decoder[] decoders)
    {
        decoders = [.. extension.Chains.Select(chain => newDecoder(chain, extension.Decode)).OfType<Decoder>()];
        if (decoders.Length < lanes.Length)
        {
            errors.Add(Place.Code, "bad_column", $"module '{name}' reads a column that the input, as far as it was read, does not have");
        }

        return decoders.Length == lanes.Length;
    }
}
