using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;

namespace Samples.CustomFormat;

// <format>
/// <summary>StatsD's lines, <c>api.latency:320|ms</c>: a name, a value and a kind. Made once per pipeline.</summary>
public sealed class StatsdFormat : Format
{
    public StatsdFormat(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Prefix = settings.Text("prefix") ?? "";        // {type: statsd, prefix: "shop."}
        settings.RejectUnknown();                      // mistakes are told with their place
    }

    public string Prefix { get; }

    public override string Name => "statsd";

    public override IReadOnlyList<DecodeField> DefaultFields =>   // so that 'schema' may be absent
        [new("name", ColumnType.Text, 0), new("value", ColumnType.Float64, 1), new("kind", ColumnType.Text, 2)];

    public override FormatReading CreateReading(DecodePlan plan) => new StatsdReading(plan);

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new StatsdEncoder(fields, Prefix);
}
// </format>
