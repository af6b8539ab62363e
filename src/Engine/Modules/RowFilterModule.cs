using System;
using DataStream.Batches;

namespace DataStream.Modules;

/// <summary>A filter written as a delegate: <c>RegisterModule("name", schema =&gt; { var x = schema.Int64("x"); return (in Row row) =&gt; row[x] > 0; })</c>.</summary>
public sealed class RowFilterModule(RowBinding binding) : Module
{
    private RowPredicate? _keeps;

    public override void Bind(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(binding);
        _keeps = binding(schema) ?? throw new SchemaException("the registered delegate gave no condition");
    }

    public override void Process(Batch batch)
    {
        RowPredicate keeps = _keeps!;
        foreach (int index in batch.Rows)
        {
            var row = new Row(batch, index);
            if (!keeps(in row))
            {
                batch.Drop(index);
            }
        }
    }
}
