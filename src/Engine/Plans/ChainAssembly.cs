using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Stages;

namespace DataStream.Plans;

/// <summary>Turns a bound chain into the stages of one lane.</summary>
internal static class ChainAssembly
{
    public static ChainParts Assemble(Plan plan, BoundChain chain, Decoder decoder)
    {
        MemoryBudget.Account text = plan.Budget.Open("text");
        MemoryBudget.Account window = plan.Budget.Open(chain.WindowName);
        int aggregates = chain.Window?.AggregateNames.Count ?? 0;
        return new ChainParts
        {
            Storage = chain.Schema.Storage,
            PartitionSize = plan.Config.Tuning.PartitionSize,
            ChargeText = text.Charge,
            Decoder = decoder,
            DecodeClock = new StageClock("decode"),
            Leading = Stages(chain.Leading),
            EventTime = chain.EventTime < 0 ? null : new EventTimeStage(chain.EventTime),
            Modules = Stages(chain.Before),
            // All lanes' operators come from one window plan: its key hashes have a random seed, and tables of several lanes are merged.
            Window = plan.First.Window?.CreateOperator(window),
            WindowClock = chain.Window is null ? null : new StageClock(chain.WindowName),
            ResultStorage = chain.Results?.Storage ?? [],
            After = [.. chain.After.Select((m, i) => new ModuleStage(m.Module, m.Number, new StageClock(m.Name), aggregates + (i * DeadReason.Capacity)))],
            Outputs = Outputs(plan, chain),
            Late = plan.Outputs.Index().Where(o => o.Item.Kind == OutputKind.Late)
                .Select(o => new OutputStage(o.Index, o.Item.Format!.CreateEncoder(chain.AtWindow), null, Clock(o.Item))).FirstOrDefault(),
        };
    }

    private static ModuleStage[] Stages(List<BoundModule> modules) =>
        [.. modules.Select(m => new ModuleStage(m.Module, m.Number, new StageClock(m.Name)))];

    private static OutputStage[] Outputs(Plan plan, BoundChain chain) =>
        [.. plan.Outputs.Index().Where(o => o.Item.Kind is OutputKind.Main or OutputKind.Additional)
            .Select(o => new OutputStage(o.Index, o.Item.Format!.CreateEncoder(chain.Columns), chain.Where.GetValueOrDefault(o.Item.Name), Clock(o.Item)))];

    private static StageClock Clock(OutputPlan output) => new("encode " + output.Name);
}
