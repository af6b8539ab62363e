using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Formats;

/// <summary>What a decoder is made from.</summary>
/// <param name="Fields">The schema in order.</param>
/// <param name="MaxRecordSize">A longer record, without its line end, is dead.</param>
/// <param name="KeepRecords">Fill <see cref="Batch.Records"/>.</param>
public sealed record DecodePlan(IReadOnlyList<DecodeField> Fields, int MaxRecordSize, bool KeepRecords)
{
    /// <summary>Whether each field is what stands under its own name in the record, read in the usual way.</summary>
    internal bool IsPlain => Fields.All(f => f.Sources.Count == 1 && f.Sources[0] == f.Name && f.Path is null && f.TimeFormats.Count == 0 && f.TimeZone is null && f.IsNeeded);

    /// <summary>Charges memory that a cutter or decoder needs beyond what is fixed, before it is allocated; takes it off where negative.</summary>
    public Action<long> Charge { get; init; } = _ => { };
}
