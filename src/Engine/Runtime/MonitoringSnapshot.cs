using System;

namespace DataStream.Runtime;

/// <summary>A status with the time it was taken and what happened since the one before.</summary>
/// <param name="Time">When it was taken, UTC.</param>
/// <param name="Status">Totals.</param>
/// <param name="EventsPerSecond">Since the snapshot before.</param>
/// <param name="BytesPerSecond">Since the snapshot before.</param>
public sealed record MonitoringSnapshot(DateTime Time, PipelineStatus Status, double EventsPerSecond, double BytesPerSecond);
