using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Modules;

/// <summary>A column that takes another's place and name: its values are made from the old ones, which stay as they are.</summary>
/// <remarks>What it is made of is decoded and checked only where something needs the new column; <see cref="IsNeeded"/> tells.</remarks>
internal sealed class ReplacedColumn
{
    private readonly Dependencies _dependencies;
    private readonly bool _isByte;

    public ReplacedColumn(Schema schema, Field field, bool nullable, IReadOnlyList<Field> otherSources)
    {
        Source = field.Ordinal;
        Target = schema.Add(field.Name, field.Type, nullable).Ordinal;
        _isByte = field.Type.Kind == ColumnKind.Bool;
        _dependencies = schema.Dependencies;
        _dependencies.Derive(Target, [Source, .. otherSources.Select(f => f.Ordinal)]);
    }

    public int Source { get; }

    public int Target { get; }

    /// <summary>False where nobody reads the new column: its sources are garbage then.</summary>
    public bool IsNeeded => _dependencies.IsNeeded(Target);

    /// <summary>Makes the new column equal to the old one, values and nulls.</summary>
    public void Copy(Batch batch)
    {
        if (_isByte)
        {
            batch.Padded<byte>(Source).CopyTo(batch.Padded<byte>(Target));
        }
        else
        {
            batch.Padded<long>(Source).CopyTo(batch.Padded<long>(Target));
        }

        batch.Validity(Source).CopyTo(batch.Validity(Target));
    }
}
