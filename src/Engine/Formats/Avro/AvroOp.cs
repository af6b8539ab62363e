namespace DataStream.Formats.Avro;

/// <summary>One thing to do on the way over a record.</summary>
internal readonly struct AvroOp
{
    public AvroOpKind Kind { get; init; }

    /// <summary>The value is looked at again by what follows.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>The place of the column's field among the schema's; of several bad ones the first counts.</summary>
    public int Place { get; init; }

    /// <summary>The batch's column.</summary>
    public int Ordinal { get; init; }

    /// <summary>Bytes to go by; of an optional value the operations to leave out where it is null.</summary>
    public int Length { get; init; }

    /// <summary>Of an optional value: the byte that stands for null.</summary>
    public byte Null { get; init; }

    /// <summary>Of an optional value: the byte that stands for the other branch.</summary>
    public byte Other { get; init; }

    public AvroSchema? Schema { get; init; }

    /// <summary>What to do with each branch of a union, each entry of a list or map that is wanted, and, last, where there is none; of an optional value with its null.</summary>
    public AvroOp[][] Inner { get; init; }

    /// <summary>The keys or (as numbers) places of the entries that are wanted.</summary>
    public byte[][] Keys { get; init; }

    public int[] Indexes { get; init; }

    /// <summary>The encoded value of a field that the writer lacks.</summary>
    public byte[] Constant { get; init; }
}
