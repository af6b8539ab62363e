using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Stages;

/// <summary>The words of dead letters and what becomes of them, per stage: 0 is <c>decode</c>, then the modules.</summary>
public sealed class DeadPlan
{
    private readonly byte[][] _stages;
    private readonly OnError[] _policies;
    private readonly byte[][][] _columns;
    private readonly byte[][][] _types;
    private readonly byte[]?[] _expected;

    /// <param name="stages">Names by stage.</param>
    /// <param name="policies">What happens to a record that dies there.</param>
    /// <param name="records">The columns of records.</param>
    /// <param name="results">The columns of a window's results, or null.</param>
    /// <param name="firstBehindWindow">The first stage that works on results.</param>
    /// <param name="expected">What a stage expects of a field that it kills a row for; null: the column's type.</param>
    /// <param name="maxRecordSize">Where raw records are cut.</param>
    public DeadPlan(IReadOnlyList<string> stages, IReadOnlyList<OnError> policies, Schema records, Schema? results, int firstBehindWindow, IReadOnlyList<string?> expected, int maxRecordSize)
    {
        StageNames = stages;
        MaxRecordSize = maxRecordSize;
        _policies = [.. policies];
        CanFail = Array.Exists(_policies, policy => policy == OnError.Fail);
        _stages = [.. stages.Select(Encoding.UTF8.GetBytes)];
        Schema[] schemas = [.. stages.Select((_, stage) => results is not null && stage >= firstBehindWindow ? results : records)];
        _columns = [.. schemas.Select(s => s.StorageNames.Select(Encoding.UTF8.GetBytes).ToArray())];
        _expected = [.. expected.Select(e => e is null ? null : Encoding.UTF8.GetBytes(e))];
        _types = [.. schemas.Select(Types)];
    }

    private static byte[][] Types(Schema schema)
    {
        var types = new byte[schema.Storage.Count][];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = Encoding.UTF8.GetBytes(schema.Storage[i].ToString());
        }

        return types;
    }

    /// <summary>Whether dead letters are messages: the originals, where the input has those.</summary>
    public bool AreMessages { get; init; }

    /// <summary>Whether any stage ends the run at its first bad record.</summary>
    public bool CanFail { get; }

    public int MaxRecordSize { get; }

    public IReadOnlyList<string> StageNames { get; }

    public OnError PolicyOf(int stage) => _policies[stage];

    public ReadOnlySpan<byte> StageOf(int stage) => _stages[stage];

    public ReadOnlySpan<byte> ColumnName(int stage, int column) => column < 0 ? default : _columns[stage][column];

    /// <summary>What was expected of the field: what the module says, else the type of the column.</summary>
    public ReadOnlySpan<byte> Expected(int stage, int column) => column < 0 ? default : _expected[stage] ?? _types[stage][column];
}
