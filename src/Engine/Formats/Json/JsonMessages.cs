using System;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>
/// Messages that are one object each, perhaps behind the head of the Confluent wire format (whose zero byte no JSON begins with), over as many lines as they
/// like: a line end outside of a string means what a space does, and inside of one either is a fault.
/// </summary>
/// <param name="maxRecordSize">A longer message is dead.</param>
/// <param name="lookup">Says whether a schema's number is a JSON Schema's; null: nobody is asked.</param>
internal sealed class JsonMessages(int maxRecordSize, ISchemaLookup? lookup) : MessageCutter
{
    private long _known = long.MinValue; // the last number that was a JSON Schema's: most topics have one

    public override MessageCut Take(ReadOnlySpan<byte> message)
    {
        bool hasHead = WireHead.TryRead(message, out int id);
        bool isJudged = hasHead && id != _known && lookup is not null && message.Length - WireHead.Length <= maxRecordSize;
        if (isJudged && !lookup!.IsReady(id, needsText: false))
        {
            return new MessageCut(0, IsLater: true);
        }

        int part = isJudged ? Judge(id) : JsonParts.Values;
        return part != JsonParts.Values ? new MessageCut(part, IsAlone: true)
            : new MessageCut(part, IsAlone: message.Length > maxRecordSize, Skip: hasHead ? WireHead.Length : 0, EndsLine: true, JoinsLines: message.Contains(Lines.LineFeed));
    }

    private int Judge(int id)
    {
        if (lookup!.KindOf(id) != SchemaKind.Json)
        {
            return JsonParts.UnknownSchema;
        }

        _known = id;
        return JsonParts.Values;
    }
}
