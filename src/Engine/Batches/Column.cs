namespace DataStream.Batches;

/// <summary>A typed column handle: found by name once, when a module is bound, and used by number from then on.</summary>
public readonly record struct Column<T>(int Ordinal) where T : unmanaged;
