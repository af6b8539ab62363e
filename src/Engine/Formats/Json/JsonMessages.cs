using System;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>Messages that are one object each, over as many lines as they like: a line end outside of a string means what a space does, and inside of one either is a fault.</summary>
internal sealed class JsonMessages(int maxRecordSize) : MessageCutter
{
    public override MessageCut Take(ReadOnlySpan<byte> message) =>
        new(0, IsAlone: message.Length > maxRecordSize, EndsLine: true, JoinsLines: message.Contains(Lines.LineFeed));
}
