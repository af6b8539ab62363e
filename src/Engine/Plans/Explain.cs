using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Stages.Keys;

namespace DataStream.Plans;

/// <summary>A plan in words: stages with their columns, lanes and why, memory byte by byte, cores.</summary>
public static class Explain
{
    public static string Text(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var text = new StringBuilder();
        Inputs(plan, text);
        Stages(plan, text);
        Outputs(plan, text);
        Lanes(plan, text);
        Memory(plan, text);
        foreach (string warning in plan.Warnings)
        {
            text.Append("note     ").AppendLine(Texts.Printable(warning));
        }

        return plan.Config.Secrets.Hide(text.ToString());
    }

    private static void Inputs(Plan plan, StringBuilder text)
    {
        foreach (EndpointConfig input in plan.Inputs)
        {
            text.Append("input    ").AppendLine(Texts.Printable(input.ShownUri));
        }

        if (plan.Feeder is { } feeder)
        {
            text.Append("         sent through ").Append(Texts.Printable(feeder.Outputs[0].ShownUri)).Append(" by ").AppendLine(string.Join(", ", feeder.Columns.Select(c => $"{Texts.Printable(c.Name)} {c.Type}")));
        }

        IEnumerable<string> decoded = plan.Decode.Fields.Where(f => f.IsNeeded).Select(f => $"{Texts.Printable(f.Name)} {f.Type}");
        string[] skipped = [.. plan.Decode.Fields.Where(f => !f.IsNeeded).Select(f => Texts.Printable(f.Name))];
        text.Append("decode   ").Append(plan.InputFormat.Name).Append(": ").AppendLine(string.Join(", ", decoded));
        if (skipped.Length > 0)
        {
            text.Append("         not used, neither decoded nor checked: ").AppendLine(string.Join(", ", skipped));
        }

        if (plan.Config.Stream.EventTime is { } time)
        {
            text.Append("time     ").Append(Texts.Printable(time.Field)).Append(", watermark ")
                .AppendLine(time.MaxOutOfOrderness == long.MaxValue ? "at the end of input" : $"{Duration(time.MaxOutOfOrderness)} behind the highest, allowed lateness {Duration(time.AllowedLateness)}");
        }
    }

    private static void Stages(Plan plan, StringBuilder text)
    {
        BoundChain chain = plan.First;
        foreach (BoundModule module in chain.Leading.Concat(chain.Before))
        {
            Stage(module.Name, module.Class, module.Needs, chain.Schema, plan, text);
        }

        if (chain.Window is not null)
        {
            text.Append("stage    ").Append(Texts.Printable(chain.WindowName)).Append(" (window)  in: ").Append(Names(chain.WindowNeeds.Reads, chain.Schema))
                .Append("  out: ").AppendLine(string.Join(", ", chain.Results!.StorageNames.Zip(chain.Results.Storage, (n, t) => $"{Texts.Printable(n)} {t}")
                    .Take(chain.Window.ResultSchema().Fields.Count)));
        }

        foreach (BoundModule module in chain.After)
        {
            Stage(module.Name, module.Class, module.Needs, chain.Results!, plan, text);
        }
    }

    private static void Stage(string name, string @class, Dependencies needs, Schema schema, Plan plan, StringBuilder text)
    {
        IEnumerable<int> reads = needs.Reads.Concat(needs.Derivations.SelectMany(d => d.Sources)).Distinct();
        text.Append("stage    ").Append(Texts.Printable(name)).Append(" (").Append(@class).Append(")  in: ").Append(Names(reads, schema));
        if (needs.Derivations.Count > 0)
        {
            text.Append("  out: ").Append(string.Join(", ", needs.Derivations.Select(d => $"{Texts.Printable(schema.StorageNames[d.Target])} {schema.Storage[d.Target]}{(needs.IsNeeded(d.Target) ? "" : " (not used, skipped)")}")));
        }

        text.Append("  on_error: ").AppendLine(Word(plan.Dead.PolicyOf(plan.StageNames.ToList().IndexOf(name))));
    }

    private static void Outputs(Plan plan, StringBuilder text)
    {
        foreach (OutputPlan output in plan.Outputs)
        {
            IReadOnlyList<Field> columns = output.Kind == OutputKind.Late ? plan.First.AtWindow : plan.Columns;
            text.Append("output   ").Append(output.Name).Append(" → ").Append(Texts.Printable(output.ShownUri)).Append("  ")
                .Append(output.Format?.Name ?? "dead letters").Append(output.MayShed ? ", sheds when full" : "").Append(output.HasWhere ? ", where its condition holds" : "")
                .AppendLine(output.Kind == OutputKind.Dead ? "" : ": " + string.Join(", ", columns.Select(c => $"{Texts.Printable(c.Name)} {c.Type}")));
        }
    }

    private static void Lanes(Plan plan, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"lanes    {plan.Lanes} ({plan.LanesReason})").AppendLine();
        foreach (KeyedStage stage in plan.Keyed)
        {
            string key = stage.Key.Columns.Length == 0 ? "no key: one lane owns all of it" : "by " + Names([.. stage.Key.Columns.ToArray().Select(c => c.Ordinal)], plan.First.Schema);
            text.Append("keys     ").Append(stage.Name).Append(": each lane owns some of them, and answers the others in order of arrival; ").AppendLine(key);
        }

        text.Append("cores    ").AppendLine(plan.Cores.Count == 0 ? "not pinned" : $"lanes on {string.Join(", ", plan.Cores)}; readers and writers {(plan.OtherCores.Count == 0 ? "share them" : "on " + string.Join(", ", plan.OtherCores))}");
        text.Append("waiting  ").AppendLine(plan.WaitStrategy);
    }

    private static void Memory(Plan plan, StringBuilder text)
    {
        foreach ((string what, long bytes) in plan.FixedMemory)
        {
            text.Append(CultureInfo.InvariantCulture, $"memory   {bytes,15:N0}  {what}").AppendLine();
        }

        long total = plan.FixedMemory.Sum(p => p.Bytes);
        text.Append(CultureInfo.InvariantCulture, $"memory   {total,15:N0}  fixed at start").AppendLine();
        foreach ((string what, long bytes) in plan.Bounds)
        {
            text.Append(CultureInfo.InvariantCulture, $"memory   {(bytes < 0 ? "grows" : bytes.ToString("N0", CultureInfo.InvariantCulture)),15}  {what}").AppendLine();
        }

        long bounded = total + plan.Bounds.Sum(b => Math.Max(0, b.Bytes));
        text.Append(CultureInfo.InvariantCulture, $"memory   {plan.Budget.Limit - bounded,15:N0}  left for what grows without a bound of its own; past it the run ends with 71 (memory_budget {plan.Budget.Limit:N0})").AppendLine();
    }

    private static string Names(IEnumerable<int> ordinals, Schema schema)
    {
        string names = string.Join(", ", ordinals.Distinct().Select(o => Texts.Printable(schema.StorageNames[o])).Where(n => n.Length > 0));
        return names.Length == 0 ? "–" : names;
    }

    private static string Word(OnError policy) => policy switch
    {
        OnError.Skip => "skip",
        OnError.Fail => "fail",
        _ => "dead_letter",
    };

    private static string Duration(long microseconds) => microseconds switch
    {
        0 => "0s",
        _ when microseconds % 1_000_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000}s"),
        _ when microseconds % 1_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000}ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{microseconds}us"),
    };
}
