namespace DataStream.Batches;

/// <summary>A visible column: its name, its type, and the number of the batch's column that stores it.</summary>
public sealed record Field(string Name, ColumnType Type, int Ordinal, bool Nullable = true);
