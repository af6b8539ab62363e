using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Formats.Table;

/// <summary>A table for people: aligned columns under a header and a rule. Output only.</summary>
/// <remarks>
/// Widths depend on rows that a lane does not see, so the encoder writes cells alone, and whoever writes the output lays them out
/// (<c>Sinks.TableSink</c>): a header line of names, each behind <c>&lt;</c> or <c>&gt;</c> for the side it is aligned to, then a line a row;
/// <see cref="Separator"/> stands between cells, a line feed behind a line, and neither within one.
/// </remarks>
public sealed class TableFormat : Format
{
    /// <summary>Stands between two cells: ASCII's unit separator.</summary>
    public const byte Separator = 0x1F;

    private readonly int _decimals;

    /// <summary>Reads the format's options: <c>decimals</c>.</summary>
    public TableFormat(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _decimals = (int)settings.Integer("decimals", -1, 0, NumberText.MaxFixedDecimals);
        settings.RejectUnknown();
    }

    private TableFormat(int decimals) => _decimals = decimals;

    /// <summary>The same format with a double's digits fixed, as an output may ask for; null: the same.</summary>
    public TableFormat WithDecimals(int? decimals) => decimals is { } digits ? new TableFormat(digits) : this;

    public override string Name => "table";

    public override bool CanRead => false;

    public override FormatReading CreateReading(DecodePlan plan) => throw new InvalidOperationException("A table is written for people and cannot be read.");

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new TableEncoder(fields, _decimals);
}
