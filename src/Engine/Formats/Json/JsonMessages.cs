using System;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Messages that are one object each, perhaps behind the head of the Confluent wire format (a zero byte, which no JSON begins with, and a schema's number), over as many lines as they like: a line end outside of a string means what a space does, and inside of one either is a fault.</summary>
internal sealed class JsonMessages(int maxRecordSize) : MessageCutter
{
    private const int HeadLength = 5;

    public override MessageCut Take(ReadOnlySpan<byte> message) =>
        new(0, IsAlone: message.Length > maxRecordSize, Skip: message is [0, _, _, _, _, _, ..] ? HeadLength : 0, EndsLine: true, JoinsLines: message.Contains(Lines.LineFeed));
}
