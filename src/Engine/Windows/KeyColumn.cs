using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>A column of the key: its place in the batch, and its first word and number in the key.</summary>
internal readonly record struct KeyColumn(ColumnKind Kind, int Ordinal, int Word, int Number);
