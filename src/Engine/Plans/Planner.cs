using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Sources;
using DataStream.Stages;
using DataStream.Stages.Keys;

namespace DataStream.Plans;

/// <summary>Configuration → plan: binds names and types, collects all mistakes, decides lanes, sizes everything against the budget.</summary>
public static class Planner
{
    private static readonly string[] s_ofTopics = ["delivery", "commit_interval"];

    /// <summary>The plan, or null when there were mistakes, now or before.</summary>
    public static Plan? Build(PipelineConfig config, Catalog catalog, PlanOptions options, ConfigErrors errors) => Build(config, catalog, options, errors, null, null);

    /// <param name="config">What is asked for.</param>
    /// <param name="catalog">What there is.</param>
    /// <param name="options">Of this machine and run.</param>
    /// <param name="errors">Gets the mistakes.</param>
    /// <param name="ofSecond">The budget, where this is the first half of a run; null: it is none.</param>
    /// <param name="formatOfSecond">How that run's messages are read: both halves see the same columns, whatever a registry says meanwhile.</param>
    private static Plan? Build(PipelineConfig config, Catalog catalog, PlanOptions options, ConfigErrors errors, MemoryBudget? ofSecond, Format? formatOfSecond)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(errors);
        config = CodeConfig.Read(config, [.. catalog.FormatNames.Except(BuiltInFormats.All.Keys)], errors);
        CheckInputs(config, errors);
        LaneChoice.CheckCores(config, options, errors);
        RefuseSharedTargets(config, errors);
        RefuseSharedStreams(config, errors);
        Format? input = FormatChoice.OfInput(config, catalog, errors);
        ConnectorInput? connector = Connectors.Input(config, catalog, input, errors);
        input = formatOfSecond ?? Connectors.WithSchemas(input, connector, config, options, errors);
        bool isBlind = Connectors.AreColumnsElsewhere(input, connector, config);
        IReadOnlyList<DecodeField> fields = isBlind ? [] : SchemaFields.Of(config, input, options, errors);
        bool forwards = ofSecond is not null; // the first half of a run, which has one budget
        MemoryBudget budget = ofSecond ?? new MemoryBudget(BudgetProof.Limit(config, options));
        IReadOnlyList<OutputPlan> outputs = Outputs(config, catalog, options, errors);
        var builder = new ChainBuilder(config, catalog, fields, budget, outputs, connector is not null) { IsFirstHalf = forwards };
        BoundChain chain = builder.Build(errors);
        if (errors.Count == 0)
        {
            MemoryOutput.CheckColumns(outputs, chain, config, errors);
        }

        Delivery.Check(config, options, connector, outputs, chain, errors);
        if (isBlind)
        {
            return null; // what is left to say is of columns
        }

        Repartitioning? through = connector is { Repartitions: true } && errors.Count == 0 ? Repartitioning.Of(config, chain, errors) : null;
        Plan? feeder = through is null ? null : FirstHalf(through, ref connector, input, config, catalog, options, errors, budget);

        string? alone = connector is null || errors.Count > 0 ? null : Partitioning.Check(config, chain, connector, errors);
        if (errors.Count > 0)
        {
            return null;
        }

        HashSet<int> needed = Liveness.Apply(chain, outputs.Any(o => o.Kind == OutputKind.Late));
        options = Connectors.WithBytes(options, config, connector, outputs, feeder);
        Plan plan = Sized(options);
        while (config.Tuning.Threads == 0 && plan.Lanes > 1 && feeder is null && !forwards && !BudgetProof.Fits(plan))
        {
            plan = Sized(options with { MostLanes = plan.Lanes - 1 });
        }

        return BudgetProof.Holds(plan, options, errors) ? plan : null;

        Plan Sized(PlanOptions sized) => Assemble(config, input!, connector, fields, needed, chain, builder, outputs, sized, budget, alone, feeder, forwards ? chain.Columns : null);
    }

    /// <summary>The plan of the half that reads the input; what the connector gives then is behind it.</summary>
    private static Plan? FirstHalf(Repartitioning through, ref ConnectorInput? connector, Format? format, PipelineConfig config, Catalog catalog, PlanOptions options, ConfigErrors errors, MemoryBudget budget)
    {
        (string uri, ConnectorInput behind) = connector!.Through(through.Stage);
        connector = behind;
        var mistakes = new ConfigErrors(config.Secrets);
        Plan? feeder = Build(through.First(config, uri), catalog, options with { MaxEvents = long.MaxValue }, mistakes, budget, format);
        foreach (ConfigError mistake in mistakes.Sorted())
        {
            errors.Add(config.PlaceOf(config.Stream.Inputs[0].Path), mistake.Code, "the first half of a run with 'partitioned_by: repartition': " + mistake.Message);
        }

        return feeder;
    }

    /// <summary>The fields, each knowing whether it is among the needed ones.</summary>
    internal static IReadOnlyList<DecodeField> Marked(IReadOnlyList<DecodeField> fields, HashSet<int> needed) =>
        [.. fields.Select(field => field with { IsNeeded = needed.Contains(field.Ordinal) })];

    /// <summary>What modules say that they expect, by stage.</summary>
    private static string?[] Expected(BoundChain chain) =>
        [.. chain.StageNames.Select((_, stage) => chain.Leading.Concat(chain.Before).Concat(chain.After).FirstOrDefault(m => m.Number == stage)?.Module.Expects)];

    /// <summary>What becomes of dead records, by stage.</summary>
    internal static DeadPlan Dead(PipelineConfig config, BoundChain chain, int maxRecordSize) => new(chain.StageNames, Policies(config, chain), chain.Schema, chain.Results, chain.StageNames.IndexOf(chain.WindowName) + 1, Expected(chain), maxRecordSize)
    {
        AreMessages = config.Stream.Outputs.Any(o => o.Name == "dead" && Connectors.Is(o.Uri)),
    };

    /// <summary>Keys that no input of this version has, parameters of generators, and inputs that want different ends for their bad records.</summary>
    private static void CheckInputs(PipelineConfig config, ConfigErrors errors)
    {
        OnError first = (config.Stream.Inputs.Count == 0 ? null : config.Stream.Inputs[0].OnError) ?? Policy(config);
        foreach (EndpointConfig input in config.Stream.Inputs)
        {
            if (!Connectors.Is(input.Uri))
            {
                new Settings($"input '{input.ShownUri}'", config.PlaceOf(input.Path), input.Options, errors).RejectUnknown();
            }

            if (EndpointUri.TryParseInput(input.Uri, out EndpointUri uri, out _) && Endpoints.Check(uri) is { Length: > 0 } mistake)
            {
                errors.Add(input.UriPlace, "bad_endpoint", mistake);
            }

            if (config.Stream.Inputs.Count > 1 && (input.Uri.StartsWith("memory:", StringComparison.Ordinal) || Connectors.Is(input.Uri)))
            {
                errors.Add(input.UriPlace, "not_supported", $"a {input.Uri[..input.Uri.IndexOf(':', StringComparison.Ordinal)]}: input beside others is not supported in this version: it stands alone");
            }

            // Records are decoded by one stage, whichever input they came from.
            if ((input.OnError ?? Policy(config)) != first)
            {
                Place place = input.OnError is null ? input.UriPlace : config.PlaceOf(input.Path + ".on_error");
                errors.Add(place, "not_supported", "inputs with different 'on_error' are not supported in this version: write the same for each, or in 'error_handling' alone");
            }
        }
    }

    private static List<OutputPlan> Outputs(PipelineConfig config, Catalog catalog, PlanOptions options, ConfigErrors errors)
    {
        var outputs = new List<OutputPlan>();
        foreach (OutputConfig output in config.Stream.Outputs)
        {
            OutputKind kind = output.Name switch
            {
                "main" => OutputKind.Main,
                "dead" => OutputKind.Dead,
                "late" => OutputKind.Late,
                _ => OutputKind.Additional,
            };
            bool isMemory = MemoryOutput.Is(output.Uri);
            ConnectorOutput? connector = Connectors.Output(output, kind, config, catalog, errors);
            if (kind == OutputKind.Dead && !isMemory && connector is null && !Connectors.Is(output.Uri))
            {
                new Settings("the 'dead' output, whose letters are always NDJSON,", config.PlaceOf(output.Path), output.Options, errors).RejectUnknown();
            }

            Format? format = isMemory ? MemoryOutput.Format(output, kind, config, options, errors)
                : kind == OutputKind.Dead ? null : FormatChoice.OfOutput(output, config, catalog, errors);
            if (connector is not null)
            {
                Connectors.CheckFormat(output, connector, format, config, errors);
            }

            outputs.Add(new OutputPlan(output.Name, kind, output.Uri, output.ShownUri, format,
                output.WhenFull == "shed" && kind is (OutputKind.Main or OutputKind.Additional), output.Where is not null) { Connector = connector });
        }

        List<OutputPlan> ordered = [];
        for (OutputKind kind = OutputKind.Main; ordered.Count < outputs.Count; kind++)
        {
            ordered.AddRange(outputs.FindAll(o => o.Kind == kind));
        }

        return ordered;
    }

    /// <summary>Two outputs that lead to one file by links, or by where the shell connected stdout; equal URIs were refused when they were read.</summary>
    private static void RefuseSharedTargets(PipelineConfig config, ConfigErrors errors)
    {
        IList<OutputConfig> outputs = config.Stream.Outputs;
        string[] targets = [.. outputs.Select(o => UriReader.Target(o.Uri)).OfType<string>()];
        if (targets.Distinct().Count() < targets.Length)
        {
            return;
        }

        List<EndpointUri> uris = [.. outputs.Select(o => EndpointUri.TryParseOutput(o.Uri, out EndpointUri uri, out _) ? uri : null).OfType<EndpointUri>()];
        if (uris.Count == outputs.Count && FileTargets.Shared(uris) is (int output, int earlier))
        {
            errors.Add(outputs[output].UriPlace, "shared_target",
                $"output '{outputs[output].Name}' writes where '{outputs[earlier].Name}' writes; two outputs need two targets");
        }
    }

    /// <summary>Two inputs that would take one stream's bytes from each other: records would be torn.</summary>
    private static void RefuseSharedStreams(PipelineConfig config, ConfigErrors errors)
    {
        IList<EndpointConfig> inputs = config.Stream.Inputs;
        List<EndpointUri> uris = [.. inputs.Select(i => EndpointUri.TryParseInput(i.Uri, out EndpointUri uri, out _) ? uri : null).OfType<EndpointUri>()];
        if (uris.Count == inputs.Count && FileTargets.SharedStream(uris) is (int input, int earlier))
        {
            errors.Add(inputs[input].UriPlace, "shared_stream",
                $"'{inputs[input].ShownUri}' reads the stream that '{inputs[earlier].ShownUri}' reads, and each would get a part of it; name it once");
        }
    }

    private static Plan Assemble(PipelineConfig config, Format input, ConnectorInput? connector, IReadOnlyList<DecodeField> fields, HashSet<int> needed, BoundChain chain, ChainBuilder builder,
        IReadOnlyList<OutputPlan> outputs, PlanOptions options, MemoryBudget budget, string? alone, Plan? feeder, IReadOnlyList<Field>? forwards)
    {
        int maxRecord = config.Tuning.MaxRecordSize > 0 ? config.Tuning.MaxRecordSize : Math.Min(64 * 1024, config.Tuning.PayloadSize);
        string? ingress = config.Stream.Inputs[0].Uri.StartsWith("memory:", StringComparison.Ordinal) ? config.Stream.Inputs[0].Uri["memory:".Length..] : null;
        LaneChoice lanes = LaneChoice.Of(config, options, connector is not null ? null : ingress is null ? chain.OneLane : $"the ingress '{ingress}' feeds one lane", outputs.Count);
        IReadOnlyList<KeyedStage> keyed = lanes.Count == 1 || connector is not null ? [] : KeyedStages.Of(chain, needed, config.Stream.EventTime is not null);
        bool hasDead = outputs.Any(o => o.Kind == OutputKind.Dead);
        var warnings = new List<string>();
        if (!hasDead && config.Errors.OnError is null)
        {
            warnings.Add("records that cannot be read are skipped and counted: there is no 'dead' output and no 'error_handling.on_error'");
        }

        if (connector is null && config.Stream.Inputs.All(i => !Connectors.Is(i.Uri)) && string.Join("' and '", s_ofTopics.Where(key => config.Find("stream_settings." + key) is not null)) is { Length: > 0 } idle)
        {
            warnings.Add($"'{idle}' {(idle.Contains(' ', StringComparison.Ordinal) ? "are" : "is")} of topics, and no input is one: without effect");
        }

        warnings.AddRange(connector?.Warnings ?? []);
        warnings.AddRange(outputs.SelectMany(o => o.Connector?.Warnings ?? []).Distinct());
        if (budget.Limit < config.Tuning.MemoryBudget)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"memory_budget is {config.Tuning.MemoryBudget:N0} bytes and the control group allows the process {options.MemoryLimit:N0}: the run ends at {budget.Limit:N0}, before the system would kill it"));
        }

        if (lanes.WaitStrategy != config.Tuning.WaitStrategy)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"wait_strategy: {config.Tuning.WaitStrategy} would spin on every core that there is with {lanes.Count} lanes, so they wait as with adaptive; leave a core with fewer 'threads'"));
        }

        return new Plan(config, chain, builder)
        {
            Inputs = [.. config.Stream.Inputs],
            Outputs = outputs,
            InputFormat = input,
            Decode = new DecodePlan(Marked(fields, needed), maxRecord, KeepRecords: true) { Charge = budget.Open("input", "write the file in smaller blocks").Charge },
            Lanes = lanes.Count,
            LanesReason = lanes.Reason,
            Cores = lanes.Cores,
            AllowedCores = options.AllowedCores,
            OtherCores = lanes.Others(options.AllowedCores),
            WaitStrategy = lanes.WaitStrategy,
            MaxRecordSize = maxRecord,
            MaxEvents = options.MaxEvents,
            Budget = budget,
            FixedMemory = FixedMemory.Of(config, chain, keyed, outputs, lanes.Count, options.PortBytes),
            Bounds = BudgetProof.Bounds(chain, lanes.Count),
            WindowMemory = chain.Window is { MostMemory: > 0 and long most } ? budget.Open(chain.WindowName, most, "window_memory") : budget.OpenModule(chain.WindowName),
            Keyed = keyed,
            Dead = Dead(config, chain, maxRecord),
            FaultNames = FaultNames(chain),
            Warnings = [.. warnings.Select(config.Secrets.Hide)],
            Ingress = ingress,
            Messages = connector,
            HasTasks = connector is not null && (Partitioning.HasState(chain) || (forwards is not null && chain.EventTime >= 0)),
            Feeder = feeder,
            Forwards = forwards,
            NeedsOnePartition = alone,
            States = Delivery.States(config, chain, connector),
        };
    }

    /// <summary>What happens to dead records where a module or input does not say.</summary>
    private static OnError Policy(PipelineConfig config) =>
        config.Errors.OnError ?? (config.Stream.Outputs.Any(o => o.Name == "dead") ? OnError.DeadLetter : OnError.Skip);

    private static List<OnError> Policies(PipelineConfig config, BoundChain chain)
    {
        OnError policy = Policy(config);
        List<OnError> policies = [config.Stream.Inputs[0].OnError ?? policy];
        foreach (string name in chain.StageNames.Skip(1))
        {
            policies.Add(config.DataCleaning.Concat(config.Modules).FirstOrDefault(m => m.Name == name)?.OnError ?? policy);
        }

        return policies;
    }

    /// <summary>Results of aggregates out of range, then for each module behind the window its reasons.</summary>
    private static List<string> FaultNames(BoundChain chain)
    {
        List<string> names = [.. chain.Window?.FaultNames.Select(a => $"{chain.WindowName}.{a}") ?? []];
        foreach (BoundModule module in chain.After)
        {
            for (int reason = 0; reason < DeadReason.Capacity; reason++)
            {
                names.Add(reason < DeadReason.Count ? $"{module.Name}.{DeadReason.FromId(reason).Name}" : "");
            }
        }

        return names;
    }
}
