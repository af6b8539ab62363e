using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Expressions;
using DataStream.Formats;
using DataStream.Stages;
using DataStream.Windows;

namespace DataStream.Plans;

/// <summary>Modules, window and outputs of one lane, bound to the schema from decode to encode.</summary>
internal sealed class BoundChain
{
    /// <summary>The columns up to the window, or to the outputs.</summary>
    public required Schema Schema { get; init; }

    /// <summary>The schema's fields with this lane's ordinals.</summary>
    public required IReadOnlyList<DecodeField> Fields { get; init; }

    public List<BoundModule> Leading { get; } = [];

    public List<BoundModule> Before { get; } = [];

    public List<BoundModule> After { get; } = [];

    /// <summary>The module that a running chain was made of another one with, or null.</summary>
    public BoundModule? Added { get; init; }

    public WindowPlan? Window { get; set; }

    public string WindowName { get; set; } = "";

    public Dependencies WindowNeeds { get; set; } = new();

    public Schema? Results { get; set; }

    /// <summary>The stored column of the event time, or −1.</summary>
    public int EventTime { get; set; } = -1;

    /// <summary>The columns as they reach the window.</summary>
    public IReadOnlyList<Field> AtWindow { get; set; } = [];

    /// <summary>What <c>main</c> gets.</summary>
    public IReadOnlyList<Field> Columns { get; set; } = [];

    /// <summary>The conditions of additional outputs by name.</summary>
    public Dictionary<string, BoundExpression> Where { get; } = [];

    /// <summary>How rows become messages, of outputs that take those, by name.</summary>
    public Dictionary<string, MessageLayout> Messages { get; } = [];

    /// <summary>Module names by stage; 0 is <c>decode</c>.</summary>
    public List<string> StageNames { get; } = ["decode"];

    /// <summary>Why the plan has one lane, or null.</summary>
    public string? OneLane { get; set; }
}
