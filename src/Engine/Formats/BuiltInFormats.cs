using System;
using System.Collections.Generic;
using DataStream.Config;
using DataStream.Formats.Avro;
using DataStream.Formats.Binary;
using DataStream.Formats.Csv;
using DataStream.Formats.Json;
using DataStream.Formats.MessagePack;
using DataStream.Formats.Table;
using DataStream.Formats.TextLines;

namespace DataStream.Formats;

/// <summary>The formats that come with the engine, by name.</summary>
public static class BuiltInFormats
{
    public static IReadOnlyDictionary<string, Func<Settings, Format>> All { get; } = new Dictionary<string, Func<Settings, Format>>
    {
        ["csv"] = CsvFormat.FromSettings,
        ["json"] = settings => new JsonFormat(settings),
        ["avro"] = settings => new AvroFormat(settings),
        ["msgpack"] = settings => new MessagePackFormat(settings),
        ["binary"] = BinaryFormat.FromSettings,
        ["text"] = TextLinesFormat.FromSettings,
        ["table"] = settings => new TableFormat(settings),
    };
}
