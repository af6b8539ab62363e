using DataStream.Batches;

namespace DataStream.Modules;

/// <summary>A condition on one row: true keeps it. Called on a lane's thread for every live row.</summary>
public delegate bool RowPredicate(in Row row);
