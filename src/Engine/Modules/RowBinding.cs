using DataStream.Batches;

namespace DataStream.Modules;

/// <summary>Finds the columns that a condition reads, once per lane, and gives the condition.</summary>
/// <exception cref="SchemaException">A column is missing or of another type.</exception>
public delegate RowPredicate RowBinding(Schema schema);
