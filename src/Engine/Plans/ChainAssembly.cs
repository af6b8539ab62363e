using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Stages;

namespace DataStream.Plans;

/// <summary>Turns a bound chain into the stages of one lane.</summary>
internal static class ChainAssembly
{
    /// <param name="plan">The plan of the run.</param>
    /// <param name="chain">The lane's modules.</param>
    /// <param name="decoder">The lane's decoder.</param>
    /// <param name="earlier">The lane's parts so far, where the chain follows another one: its window and its clocks go on.</param>
    /// <param name="beside">The parts of another chain of the lane, whose clocks count for this one too.</param>
    public static ChainParts Assemble(Plan plan, BoundChain chain, Decoder decoder, ChainParts? earlier = null, ChainParts? beside = null)
    {
        StageClock[] clocks = (earlier ?? beside) is { } other ? [.. other.Clocks] : [];
        MemoryBudget.Account text = plan.Budget.Open("text of a payload", "make payload_size smaller");
        int windowFaults = chain.Window?.FaultNames.Count ?? 0;
        return new ChainParts
        {
            Storage = chain.Schema.Storage,
            PartitionSize = plan.Config.Tuning.PartitionSize,
            ChargeText = text.Charge,
            Decoder = decoder,
            DecodedTexts = plan.InputFormat.GetType().Assembly == typeof(Format).Assembly ? [] : [.. plan.Decode.Fields.Where(f => f.IsNeeded && f.Type.Kind == ColumnKind.Text).Select(f => f.Ordinal)],
            DecodeClock = Clock("decode", plan.Config.PlaceOf("stream_settings.stream_input"), clocks),
            Leading = Stages(plan, chain.Schema, chain.Leading, clocks),
            EventTime = chain.EventTime < 0 ? null : new EventTimeStage(chain.EventTime),
            Modules = [.. Stages(plan, chain.Schema, chain.Before, clocks).Select((m, i) => m with { Asks = plan.Keyed.FirstOrDefault(k => k.Name == chain.Before[i].Name) })],
            // All lanes' operators come from one window plan: its key hashes have a random seed, and tables of several lanes are merged.
            Window = earlier is null ? plan.First.Window?.CreateOperator(plan.WindowMemory) : earlier.Window,
            WindowAsks = chain.Window is null ? null : plan.Keyed.FirstOrDefault(k => k.Name == chain.WindowName),
            WindowClock = chain.Window is null ? null : Clock(chain.WindowName, PlaceOf(plan, chain.WindowName), clocks),
            ResultStorage = chain.Results?.Storage ?? [],
            After = [.. Stages(plan, chain.Results ?? chain.Schema, chain.After, clocks).Select((m, i) => m with { FaultBase = windowFaults + (i * DeadReason.Capacity) })],
            Outputs = Outputs(plan, chain, clocks),
            Late = Late(plan, chain, clocks),
        };
    }

    private static ModuleStage[] Stages(Plan plan, Schema schema, List<BoundModule> modules, StageClock[] clocks) =>
        [.. modules.Select(m => new ModuleStage(m.Module, m.Number, Clock(m.Name, PlaceOf(plan, m.Name), clocks))
            { AddedTexts = m.IsRegistered ? [.. m.Added.Where(o => schema.Storage[o].Kind == ColumnKind.Text)] : [] })];

    private static OutputStage[] Outputs(Plan plan, BoundChain chain, StageClock[] clocks)
    {
        List<OutputStage> stages = [];
        for (int i = 0; i < plan.Outputs.Count; i++)
        {
            OutputPlan output = plan.Outputs[i];
            if (output.Kind is OutputKind.Main or OutputKind.Additional)
            {
                Encoder encoder = Connectors.Encoder(output, chain.Columns);

                // Messages are made row by row, where looking for records that pass costs more than what they save.
                if (output.Connector is null && Passing.Columns(chain) is > 0 and int columns)
                {
                    encoder.Pass(columns);
                }

                stages.Add(new OutputStage(i, encoder, chain.Where.GetValueOrDefault(output.Name), Clock("encode " + output.Name, PlaceOf(plan, output), clocks)) { Messages = Messages(chain, output) });
            }
        }

        return [.. stages];
    }

    private static OutputStage? Late(Plan plan, BoundChain chain, StageClock[] clocks)
    {
        for (int i = 0; i < plan.Outputs.Count; i++)
        {
            OutputPlan output = plan.Outputs[i];
            if (output.Kind == OutputKind.Late)
            {
                return new OutputStage(i, Connectors.Encoder(output, chain.AtWindow), null, Clock("encode " + output.Name, PlaceOf(plan, output), clocks)) { Messages = Messages(chain, output) };
            }
        }

        return null;
    }

    private static MessageRows? Messages(BoundChain chain, OutputPlan output) =>
        chain.Messages.GetValueOrDefault(output.Name) is { } layout ? new MessageRows(layout) : null;

    private static StageClock Clock(string name, Place place, StageClock[] clocks) => Array.Find(clocks, c => c.Name == name) ?? new StageClock(name, place);

    /// <summary>Where the configuration has a module; in code where the program registered one that it does not name.</summary>
    private static Place PlaceOf(Plan plan, string module) =>
        plan.Config.DataCleaning.Concat(plan.Config.Modules).FirstOrDefault(m => m.Name == module) is { } found ? plan.Config.PlaceOf(found.Path) : Place.Code;

    private static Place PlaceOf(Plan plan, OutputPlan output) => plan.Config.Stream.Outputs.FirstOrDefault(o => o.Name == output.Name)?.UriPlace ?? Place.Code;
}
