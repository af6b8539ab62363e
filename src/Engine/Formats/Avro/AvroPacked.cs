using DataStream.Kernels;

namespace DataStream.Formats.Avro;

/// <summary>The way over a record, as the kernel takes it.</summary>
/// <param name="Steps">The record's; none where there would be too many.</param>
/// <param name="Others">What the kernel leaves to its caller, by number.</param>
internal sealed record AvroPacked(PackedStep[] Steps, AvroOp[] Others);
