using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Stages;
using DataStream.Stages.Keys;

namespace DataStream.Plans;

/// <summary>What will run: immutable, bound, sized. After it nobody reads a setting.</summary>
public sealed class Plan
{
    private int _chainsTaken;

    internal Plan(PipelineConfig config, BoundChain first, ChainBuilder builder)
    {
        Config = config;
        First = first;
        Builder = builder;
    }

    public PipelineConfig Config { get; }

    /// <summary>Input URIs in order.</summary>
    public required IReadOnlyList<EndpointConfig> Inputs { get; init; }

    public required IReadOnlyList<OutputPlan> Outputs { get; init; }

    public required Format InputFormat { get; init; }

    public required DecodePlan Decode { get; init; }

    public required int Lanes { get; init; }

    /// <summary>Why there are as many lanes as there are.</summary>
    public required string LanesReason { get; init; }

    /// <summary>The lanes' cores; empty: not pinned.</summary>
    public required IReadOnlyList<int> Cores { get; init; }

    /// <summary>The cores that the process may use.</summary>
    public required IReadOnlyList<int> AllowedCores { get; init; }

    /// <summary>Cores left for readers, writers and, where the process is the pipeline's, the runtime's own threads; empty: they run anywhere.</summary>
    public required IReadOnlyList<int> OtherCores { get; init; }

    /// <summary>How its threads wait: the configured strategy, or <c>adaptive</c> where spinning lanes would leave no core.</summary>
    public required string WaitStrategy { get; init; }

    public required int MaxRecordSize { get; init; }

    public required long MaxEvents { get; init; }

    public required MemoryBudget Budget { get; init; }

    /// <summary>What is fixed at start: name and bytes, in all and each.</summary>
    public required IReadOnlyList<(string What, long Bytes)> FixedMemory { get; init; }

    /// <summary>What grows: name and most bytes, or −1 where nothing but the budget bounds it; such memory is charged as it grows.</summary>
    public required IReadOnlyList<(string What, long Bytes)> Bounds { get; init; }

    /// <summary>The account of the window on all lanes.</summary>
    internal MemoryBudget.Account WindowMemory { get; init; } = null!;

    public required DeadPlan Dead { get; init; }

    /// <summary>The names of faults that <see cref="CountsLayout.Fault"/> counts: <c>module_name.column</c> or <c>module_name.reason</c>; empty for places not in use.</summary>
    public required IReadOnlyList<string> FaultNames { get; init; }

    /// <summary>Advice for the log: what is legal and perhaps not meant.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The memory: input whose structs the lane takes, or null.</summary>
    public string? Ingress { get; init; }

    /// <summary>The input of messages in partitions; null: the input has bytes or structs.</summary>
    public ConnectorInput? Messages { get; init; }

    /// <summary>Asks whether the topics and registries that are named are there and open to us; nothing is changed.</summary>
    /// <exception cref="StopException">75: one is not.</exception>
    internal void Connect()
    {
        Messages?.Connect();
        foreach (OutputPlan output in Outputs)
        {
            output.Connector?.Connect();
        }
    }

    /// <summary>Whether each partition of the input has a chain of its own, since there is state that is its own.</summary>
    internal bool HasTasks { get; init; }

    /// <summary>Whether events of open windows are read again at a restart: windows are in no other place.</summary>
    internal bool HoldsPositions => HasTasks && ((HasWindow && States.Count == 0) || Forwards is not null);

    /// <summary>The plan that sends the records of the input through a topic, keyed by this plan's key; null: this plan reads the input itself.</summary>
    public Plan? Feeder { get; init; }

    /// <summary>Of such a plan: the columns of the key; null: rows are encoded.</summary>
    internal IReadOnlyList<Field>? Forwards { get; init; }

    /// <summary>The states of a partition that are kept with what is committed, in the order of <see cref="ChainParts.Stateful"/>.</summary>
    public IReadOnlyList<KeptState> States { get; init; } = [];

    /// <summary>The stage whose one state is for all rows, so that there may be one partition alone; null: none.</summary>
    internal string? NeedsOnePartition { get; init; }

    /// <summary>Whether headers of messages are used: by a column, or by dead letters that are the messages themselves.</summary>
    public bool NeedsHeaders => Forwards is not null || First.Schema.Asides.Any(f => f.Name.StartsWith(MessageColumns.Header, System.StringComparison.Ordinal)) || Outputs.Any(o => o is { Kind: OutputKind.Dead, Connector: not null });

    public int DeadOutput => Outputs.ToList().FindIndex(o => o.Kind == OutputKind.Dead);

    public bool HasWindow => First.Window is not null;

    public IReadOnlyList<string> StageNames => First.StageNames;

    /// <summary>The columns of <c>main</c>.</summary>
    public IReadOnlyList<Field> Columns => First.Columns;

    internal BoundChain First { get; }

    /// <summary>The stages where lanes ask each other about keys; none on one lane.</summary>
    internal IReadOnlyList<KeyedStage> Keyed { get; init; } = [];

    internal ChainBuilder Builder { get; }

    internal bool HasLate => Outputs.Any(o => o.Kind == OutputKind.Late);

    /// <summary>What is counted; with a place per event where a budget asks for the order of dead ones.</summary>
    public CountsLayout NewLayout() =>
        new(Outputs.Count, FaultNames.Count, Config.Errors.ErrorBudget is null ? 0 : 4 * Config.Tuning.PartitionSize);

    /// <summary>Modules and window of a lane, each lane's its own; the first lane gets those that the plan was checked with.</summary>
    internal BoundChain NewChain()
    {
        if (Interlocked.Increment(ref _chainsTaken) == 1)
        {
            return First;
        }

        var errors = new ConfigErrors();
        BoundChain chain = Builder.Build(errors);
        if (errors.Count > 0)
        {
            // What bound once binds again, unless a module of the program's has second thoughts.
            throw new StopException(ExitCode.Internal, $"the modules cannot be bound for another lane: {errors.Sorted()[0].Message}");
        }

        Liveness.Apply(chain, HasLate);
        return chain;
    }
}
