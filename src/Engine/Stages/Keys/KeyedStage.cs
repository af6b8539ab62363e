using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Windows;

namespace DataStream.Stages.Keys;

/// <summary>A stage whose state lives with its keys' owner lanes: what a lane asks an owner with, and what comes back. One for all lanes of a plan.</summary>
internal sealed record KeyedStage
{
    /// <summary>The module's or window's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its place among the plan's keyed stages.</summary>
    public required int Index { get; init; }

    /// <summary>The key: its hash says whose a row is. One seed for all lanes.</summary>
    public required KeyShape Key { get; init; }

    /// <summary>The types of all stored columns, by ordinal.</summary>
    public required IReadOnlyList<ColumnType> Storage { get; init; }

    /// <summary>The columns that go to the owner.</summary>
    public required IReadOnlyList<int> Asked { get; init; }

    /// <summary>The columns that come back.</summary>
    public required IReadOnlyList<int> Answered { get; init; }

    /// <summary>Event times go along.</summary>
    public required bool TakesTimes { get; init; }

    /// <summary>A user's module: it may look at records, and at columns that it did not ask for.</summary>
    public bool IsForeign { get; init; }

    /// <summary>A window's results; null: a module.</summary>
    public WindowStage? Window { get; init; }

    /// <summary>The columns of a question, each once.</summary>
    public IReadOnlyList<int> Columns => [.. Asked.Union(Answered)];

    /// <summary>Whether both put the same columns on their way.</summary>
    public bool Matches(KeyedStage other) => Name == other.Name && Asked.SequenceEqual(other.Asked) && Answered.SequenceEqual(other.Answered);

    /// <summary>Whether an owner's batch needs room for a column.</summary>
    public bool Stores(int ordinal) => IsForeign || Asked.Contains(ordinal) || Answered.Contains(ordinal);

    /// <summary>Rows of a question: a payload's, and up to a block of 64 between two owners.</summary>
    public static int Places(int partitionSize, int lanes) => checked((4 * partitionSize) + (Batch.BlockLength * lanes));

    /// <summary>Bytes that a lane has for this stage: the question it asks with, and the batch in which it answers.</summary>
    public long Bytes(int partitionSize, int lanes)
    {
        long place = Columns.Sum(c => Storage[c].Size + 1L) + 17 + (TakesTimes ? 16 : 0) + (IsForeign ? 8 : 0) + (Window is null ? 0 : 4);
        long row = Storage.Where((_, ordinal) => Stores(ordinal)).Sum(t => t.Size + 1L) + 44 + (Window?.Results.Sum(t => t.Size + 1L) + 44 ?? 0);
        return (place * Places(partitionSize, lanes)) + (row * partitionSize);
    }
}
