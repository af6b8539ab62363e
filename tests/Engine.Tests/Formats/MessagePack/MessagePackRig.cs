using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using DataStream.Formats.MessagePack;
using Decoder = DataStream.Formats.Decoder;
using Encoder = DataStream.Formats.Encoder;
using RowOutput = DataStream.Tests.Formats.Json.MemoryOutput;

namespace DataStream.Tests.Formats.MessagePack;

/// <summary>A decoder with its payload, batch and columns; live rows come out as NDJSON or MessagePack, dead ones as <c>†reason field</c> in their place.</summary>
internal sealed unsafe class MessagePackRig : IDisposable
{
    private readonly NativeBlock _block;
    private readonly List<DecodeField> _fields;
    private readonly Decoder _decoder;
    private readonly Encoder _json;
    private readonly TextArena _arena = new(_ => { });
    private Payload _payload;

    public MessagePackRig(IEnumerable<DecodeField> fields, int capacity = 64, int maxRecordSize = 65536, int room = 1 << 21)
    {
        _fields = [.. fields.Select((f, i) => f with { Ordinal = i })];
        _block = new NativeBlock(room);
        Batch = new Batch([.. _fields.Select(f => f.Type)], capacity, _arena);
        var settings = new Settings("format", Place.Code, [], new ConfigErrors());
        var format = new MessagePackFormat(settings);
        _decoder = format.CreateReading(new DecodePlan(_fields, maxRecordSize, KeepRecords: true)).CreateDecoder();
        Field[] columns = [.. _fields.Where(f => f.IsNeeded).Select(f => new Field(f.Name, f.Type, f.Ordinal))];
        Encoder = format.CreateEncoder(columns);
        _json = new JsonFormat(settings).CreateEncoder(columns);
    }

    public Batch Batch { get; }

    public Encoder Encoder { get; }

    public RowOutput Output { get; } = new();

    public static DecodeField Field(string name, string type) =>
        ColumnType.TryParse(type, out ColumnType parsed) ? new DecodeField(name, parsed, 0) : throw new ArgumentException(type, nameof(type));

    /// <summary>What becomes of the bytes, one line a row.</summary>
    public static string[] Run(byte[] input, params DecodeField[] fields)
    {
        using var rig = new MessagePackRig(fields);
        return rig.Rows(input);
    }

    public void Load(ReadOnlySpan<byte> input)
    {
        _payload = new Payload { Start = _block.Start, Capacity = _block.Length };
        _payload.Clear();
        input.CopyTo(_payload.Free);
        // Safe: spare bytes follow the block. What follows the payload must not matter.
        new Span<byte>(_block.Start + input.Length, Math.Min(NativeBlock.Spare, _block.Length + NativeBlock.Spare - input.Length)).Fill(0xC1);
        _payload.Length = input.Length;
        Batch.Attach(_payload);
        _arena.Reset();
    }

    public int Decode(int offset) => _decoder.Decode(_payload, offset, Batch);

    /// <summary>What becomes of the bytes, with what was learned from earlier ones.</summary>
    public string[] Rows(ReadOnlySpan<byte> input)
    {
        Load(input);
        var rows = new List<string>();
        for (int offset = 0; offset < input.Length;)
        {
            int next = Decode(offset);
            if (next <= offset)
            {
                throw new InvalidOperationException("The decoder does not move.");
            }

            offset = next;
            Output.Clear();
            _json.Encode(Batch, Batch.Selection, Output);
            string[] live = Output.Text.Split('\n');
            int taken = 0;
            for (int row = 0; row < Batch.Count; row++)
            {
                rows.Add(Batch.IsLive(row) ? live[taken++] : Death(row));
            }
        }

        return [.. rows];
    }

    /// <summary>All rows as the encoder writes them.</summary>
    public byte[] Encoded(ReadOnlySpan<byte> input)
    {
        Load(input);
        Output.Clear();
        for (int offset = 0; offset < input.Length;)
        {
            offset = Decode(offset);
            Encoder.Encode(Batch, Batch.Selection, Output);
        }

        return Output.Bytes.ToArray();
    }

    public void Dispose()
    {
        Batch.Dispose();
        _arena.Dispose();
        _block.Dispose();
    }

    private string Death(int row)
    {
        (DeadReason reason, _, int column) = Batch.DeathOf(row);
        var death = new StringBuilder("†").Append(reason.Name);
        return column < 0 ? death.ToString() : death.Append(' ').Append(_fields[column].Name).ToString();
    }
}
