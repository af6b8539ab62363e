using System;
using DataStream.Formats;

namespace Samples.CustomFormat;

// <reading>
/// <summary>What a run reads with: a cutter per input, on its reader's thread, and a decoder per lane.</summary>
public sealed class StatsdReading(DecodePlan plan) : FormatReading
{
    public override RecordCutter CreateCutter() => new LineCutter(plan.MaxRecordSize);

    public override Decoder CreateDecoder() => new StatsdDecoder(plan);
}
// </reading>
