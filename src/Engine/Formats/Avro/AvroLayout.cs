namespace DataStream.Formats.Avro;

/// <summary>A schema that was met, and how its records are read.</summary>
internal sealed class AvroLayout
{
    /// <param name="schema">As written, with the reader's names.</param>
    /// <param name="prefix">Bytes of the wire format before each record.</param>
    public AvroLayout(AvroSchema schema, int prefix)
    {
        (Schema, Prefix) = (schema, prefix);
        Steps = AvroPacker.Of(schema.Steps);
    }

    private AvroLayout(AvroLayout other, AvroOp[] ops, AvroPacked packed)
    {
        (Schema, Prefix, Steps) = (other.Schema, other.Prefix, other.Steps);
        Ops = [.. other.Ops, ops];
        Packed = [.. other.Packed, packed];
    }

    public AvroSchema Schema { get; }

    public int Prefix { get; }

    /// <summary>The way over a record, without the prefix.</summary>
    public AvroPacked Steps { get; }

    /// <summary>For each plan what to do with a record.</summary>
    public AvroOp[][] Ops { get; } = [];

    /// <summary>The same, as far as the kernel does it, with the prefix.</summary>
    public AvroPacked[] Packed { get; } = [];

    /// <summary>Reads what one more plan wants.</summary>
    /// <exception cref="AvroSchemaException">A field that the plan uses is not in the schema.</exception>
    public AvroLayout With(DecodePlan plan)
    {
        AvroOp[] ops = AvroCompiler.Compile(Schema, plan, Prefix > 0);
        return new AvroLayout(this, ops, AvroPacker.Of(ops, Prefix, plan));
    }
}
