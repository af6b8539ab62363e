using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Stages;

/// <summary>The words of dead letters and what becomes of them, per stage: 0 is <c>decode</c>, then the modules.</summary>
public sealed class DeadPlan(IReadOnlyList<string> stages, IReadOnlyList<OnError> policies, IReadOnlyList<string> columns, IReadOnlyList<ColumnType> types, int maxRecordSize)
{
    private readonly byte[][] _stages = [.. stages.Select(Encoding.UTF8.GetBytes)];
    private readonly OnError[] _policies = [.. policies];
    private readonly byte[][] _columns = [.. columns.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[][] _types = [.. types.Select(type => Encoding.UTF8.GetBytes(type.ToString()))];

    /// <summary>Whether any stage ends the run at its first bad record.</summary>
    public bool CanFail { get; } = policies.Contains(OnError.Fail);

    public int MaxRecordSize => maxRecordSize;

    public IReadOnlyList<string> StageNames => stages;

    public OnError PolicyOf(int stage) => _policies[stage];

    public ReadOnlySpan<byte> StageOf(int stage) => _stages[stage];

    public ReadOnlySpan<byte> ColumnName(int column) => column < 0 ? default : _columns[column];

    public ReadOnlySpan<byte> Expected(int column) => column < 0 ? default : _types[column];
}
