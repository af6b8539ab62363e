using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Xunit;
using Decoder = DataStream.Formats.Decoder;

namespace DataStream.Tests.Formats.Json;

/// <summary>Messages of a broker in JSON, some behind the number of a schema in a registry.</summary>
public sealed class JsonMessageTests
{
    private const int First = 7;
    private const int Second = 70_000;
    private const int Avro = 8;
    private const int Protobuf = 9;
    private const int MaxRecordSize = 64;

    private readonly Counting _lookup = new(new() { [First] = SchemaKind.Json, [Second] = SchemaKind.Json, [Avro] = SchemaKind.Avro, [Protobuf] = SchemaKind.Other });

    [Fact]
    public void A_number_is_asked_for_and_those_like_it_are_known()
    {
        Run run = Read(_lookup, Message(First, "{\"v\":1}"), Message(First, "{\n\"v\":\n2}"), "{\"v\":3}"u8.ToArray(), Message(First, "{\"v\":4}"), Message(Second, "{\"v\":5}"), Message(Second, "{\"v\":6}"));
        Assert.Equal("{\"v\":1}\n{\"v\":2}\n{\"v\":3}\n{\"v\":4}\n{\"v\":5}\n{\"v\":6}\n", run.Rows);
        Assert.Empty(run.Dead);
        Assert.Equal([First, Second], _lookup.Asked);
        Assert.Equal(1, run.Payloads);
    }

    [Fact]
    public void A_number_that_is_no_JSON_Schemas_is_a_dead_letter_of_all_its_bytes()
    {
        byte[] unknown = Message(99, "{\"v\":2}"), avro = Message(Avro, "{\"v\":3}"), protobuf = Message(Protobuf, "{\n\"v\":4}");
        Run run = Read(_lookup, Message(First, "{\"v\":1}"), unknown, avro, protobuf, Message(First, "{\"v\":5}"));
        Assert.Equal("{\"v\":1}\n{\"v\":5}\n", run.Rows);
        Assert.Equal([("unknown_schema", Convert.ToHexString(unknown)), ("unknown_schema", Convert.ToHexString(avro)), ("unknown_schema", Convert.ToHexString(protobuf))], run.Dead);
    }

    /// <summary>Before any number is known: none may look like the one before it.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void A_number_that_no_schema_has_is_unknown(int id)
    {
        Run run = Read(_lookup, Message(id, "{\"v\":1}"));
        Assert.Equal(("", "unknown_schema"), (run.Rows, Assert.Single(run.Dead).Reason));
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 99 })]
    public void A_zero_byte_without_a_number_and_a_record_is_broken_JSON(byte[] message)
    {
        Run run = Read(_lookup, message, "{\"v\":1}"u8.ToArray());
        Assert.Equal("{\"v\":1}\n", run.Rows);
        Assert.Equal([("bad_json", Convert.ToHexString(message))], run.Dead);
        Assert.Empty(_lookup.Asked);
    }

    [Fact]
    public void What_is_no_JSON_behind_a_number_is_dead_as_any()
    {
        Run run = Read(_lookup, Message(First, "\0\0\0\0"), Message(First, "[]"), Message(First, "{\"v\":1}"));
        Assert.Equal("{\"v\":1}\n", run.Rows);
        Assert.Equal(["bad_json", "not_object"], run.Dead.Select(dead => dead.Reason));
    }

    [Fact]
    public void Nobody_is_asked_for_the_number_of_a_message_that_is_too_long()
    {
        string longest = $"{{\"v\":1{new string(' ', MaxRecordSize - 7)}}}";
        Run run = Read(_lookup, Message(99, longest + " "), Message(First, longest));
        Assert.Equal("{\"v\":1}\n", run.Rows);
        Assert.Equal("record_too_long", Assert.Single(run.Dead).Reason);
        Assert.Equal([First], _lookup.Asked);
    }

    [Fact]
    public void Without_a_registry_a_number_is_passed_over()
    {
        Run run = Read(null, Message(99, "{\"v\":1}"), Message(-1, "{\"v\":2}"), "{\"v\":3}"u8.ToArray());
        Assert.Equal("{\"v\":1}\n{\"v\":2}\n{\"v\":3}\n", run.Rows);
        Assert.Empty(run.Dead);
    }

    [Fact]
    public void Knowing_a_number_allocates_nothing()
    {
        MessageCutter cutter = Reading(_lookup).CreateMessageCutter("topic")!;
        byte[][] messages = [Message(First, "{\"v\":1}"), Message(Second, "{\"v\":2}"), Message(99, "{}"), "{\"v\":3}"u8.ToArray()];
        _lookup.Asked.Capacity = 10_000;
        long Round()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                cutter.Take(messages[i & 3]);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Round();
        Assert.Equal(0, Round());
    }

    private static Run Read(ISchemaLookup? lookup, params byte[][] messages)
    {
        FormatReading reading = Reading(lookup);
        MessageCutter cutter = reading.CreateMessageCutter("topic")!;
        List<CutStream.Piece> pieces = [];
        bool isOpen = false;
        foreach (byte[] message in messages)
        {
            MessageCut cut = cutter.Take(message);
            byte[] body = message[cut.Skip..];
            bool isLong = cut.IsAlone && body.Length > MaxRecordSize;
            body = isLong ? body[..(MaxRecordSize + 1)] : [.. cut.JoinsLines ? body.Select(b => b == '\n' ? (byte)' ' : b) : body, .. cut.EndsLine ? "\n"u8.ToArray() : []];
            bool joins = isOpen && !cut.IsAlone && pieces[^1].Header == cut.Header;
            if (joins)
            {
                body = [.. pieces[^1].Bytes, .. body];
                pieces.RemoveAt(pieces.Count - 1);
            }

            pieces.Add(new CutStream.Piece(body, 0, cut.Header, 0));
            isOpen = !cut.IsAlone;
        }

        return Decode(reading, pieces);
    }

    private static Run Decode(FormatReading reading, List<CutStream.Piece> pieces)
    {
        Decoder decoder = reading.CreateDecoder();
        var output = new MemoryOutput();
        List<(string, string)> dead = [];
        using var arena = new TextArena(_ => { });
        using var batch = new Batch([ColumnType.Int64], 64, arena);
        foreach (CutStream.Piece piece in pieces)
        {
            using NativeBlock block = CutStream.Load(piece, out Payload payload);
            batch.Attach(payload);
            Assert.Equal(payload.Length, decoder.Decode(payload, 0, batch));
            Format(null).CreateEncoder([new Field("v", ColumnType.Int64, 0)]).Encode(batch, batch.Selection, output);
            for (int row = 0; row < batch.Count; row++)
            {
                if (!batch.IsLive(row))
                {
                    dead.Add((batch.DeathOf(row).Reason.Name, Convert.ToHexString(batch.Bytes(batch.Records[row]))));
                }
            }
        }

        return new Run(output.Text, dead, pieces.Count);
    }

    private static FormatReading Reading(ISchemaLookup? lookup) => Format(lookup).CreateReading(new DecodePlan([new DecodeField("v", ColumnType.Int64, 0)], MaxRecordSize, KeepRecords: true));

    private static JsonFormat Format(ISchemaLookup? lookup)
    {
        var format = new JsonFormat(new Settings("format 'json'", Place.Code, [], new ConfigErrors()));
        return lookup is null ? format : format.With(lookup);
    }

    private static byte[] Message(int id, string json)
    {
        byte[] head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), id);
        return [.. head, .. Encoding.UTF8.GetBytes(json)];
    }

    private sealed record Run(string Rows, List<(string Reason, string Raw)> Dead, int Payloads);

    private sealed class Counting(Dictionary<int, SchemaKind> kinds) : ISchemaLookup
    {
        public List<int> Asked { get; } = [];

        public byte[]? Find(int id) => throw new InvalidOperationException("what JSON needs of a schema is its kind");

        public SchemaKind KindOf(int id)
        {
            Asked.Add(id);
            return kinds.GetValueOrDefault(id);
        }
    }
}
