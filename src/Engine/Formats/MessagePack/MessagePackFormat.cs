using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats.Json;

namespace DataStream.Formats.MessagePack;

/// <summary>MessagePack: concatenated maps with texts for keys, in and out.</summary>
public sealed class MessagePackFormat : Format
{
    /// <summary>Reads the format's options: there are none.</summary>
    public MessagePackFormat(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.RejectUnknown();
    }

    public override string Name => "msgpack";

    public override IReadOnlyList<(string Key, string Message)> Check(DecodeField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var complaints = new List<(string, string)>();
        if (field.Path is not null)
        {
            if (!JsonPath.TryParse(field.Path, out _, out string? error))
            {
                complaints.Add(("path", error));
            }

            if (field.Sources.Count != 1 || field.Sources[0] != field.Name)
            {
                complaints.Add(("source", $"'{field.Name}' has a 'path' and a 'source'; one of them says where the value is"));
            }
        }

        if (field.Sources.Count > 1 && field.Type.Kind != ColumnKind.Timestamp)
        {
            complaints.Add(("source", $"'{field.Name}' has several sources; only a timestamp is joined of several"));
        }

        if (field.NullValues.Count > 0)
        {
            complaints.Add(("null_values", $"'{field.Name}' has 'null_values', which are for csv: in MessagePack nil is null"));
        }

        return complaints;
    }

    public override FormatReading CreateReading(DecodePlan plan) => new Reading(plan);

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new MessagePackEncoder(fields);

    private sealed class Reading(DecodePlan plan) : FormatReading
    {
        public override RecordCutter CreateCutter() => new MessagePackCutter(plan.MaxRecordSize);

        public override MessageCutter CreateMessageCutter(string source) => new MessagePackMessages(plan.MaxRecordSize);

        public override Decoder CreateDecoder() => new MessagePackDecoder(plan);

        public override Decoder CreateDecoder(DecodePlan plan) => new MessagePackDecoder(plan);
    }
}
