using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Decoder = DataStream.Formats.Decoder;
using Encoder = DataStream.Formats.Encoder;

namespace DataStream.Tests.Formats.Json;

/// <summary>A dead record: its place among the rows, why, and the field at fault.</summary>
internal sealed record Death(int Row, string Reason, string? Field, string Raw);

/// <summary>A decoder with its payload, batch and columns, for tests.</summary>
internal sealed unsafe class JsonRig : IDisposable
{
    private readonly NativeBlock _block;
    private readonly List<DecodeField> _fields;
    private readonly Decoder _decoder;
    private readonly Encoder _encoder;
    private readonly TextArena _arena = new(_ => { });
    private Payload _payload;

    public JsonRig(IEnumerable<DecodeField> fields, int capacity = 64, int maxRecordSize = 65536, int room = 1 << 21, ConfigMap? options = null)
    {
        _fields = [.. fields.Select((f, i) => f with { Ordinal = i })];
        _block = new NativeBlock(room);
        Batch = new Batch([.. _fields.Select(f => f.Type)], capacity, _arena);
        var format = new JsonFormat(new Settings("format 'json'", Place.Code, options ?? [], new ConfigErrors()));
        _decoder = format.CreateReading(new DecodePlan(_fields, maxRecordSize, KeepRecords: true)).CreateDecoder();
        _encoder = format.CreateEncoder([.. _fields.Where(f => f.IsNeeded).Select(f => new Field(f.Name, f.Type, f.Ordinal))]);
    }

    public Batch Batch { get; }

    public MemoryOutput Output { get; } = new();

    public List<Death> Deaths { get; } = [];

    /// <summary>Live rows as JSON, dead ones in <see cref="Deaths"/>.</summary>
    public static (string Rows, List<Death> Deaths) Run(string input, params DecodeField[] fields) => Run(Encoding.UTF8.GetBytes(input), fields);

    public static (string Rows, List<Death> Deaths) Run(byte[] input, params DecodeField[] fields)
    {
        using var rig = new JsonRig(fields);
        rig.Load(input);
        rig.DecodeAll();
        return (rig.Output.Text, rig.Deaths);
    }

    public static DecodeField Field(string name, string type) =>
        ColumnType.TryParse(type, out ColumnType parsed) ? new DecodeField(name, parsed, 0) : throw new ArgumentException(type, nameof(type));

    public void Load(ReadOnlySpan<byte> input)
    {
        _payload = new Payload { Start = _block.Start, Capacity = _block.Length };
        _payload.Clear();
        input.CopyTo(_payload.Free);
        _payload.Length = input.Length;
        Batch.Attach(_payload);
        _arena.Reset();
    }

    /// <summary>As <see cref="Run(byte[], DecodeField[])"/>, with what the decoder has learned from earlier inputs.</summary>
    public (string Rows, List<Death> Deaths) RunAgain(byte[] input)
    {
        Output.Clear();
        Deaths.Clear();
        Load(input);
        DecodeAll();
        return (Output.Text, Deaths);
    }

    public int Decode(int offset) => _decoder.Decode(_payload, offset, Batch);

    public void Encode() => _encoder.Encode(Batch, Batch.Selection, Output);

    public long Replaced => _encoder.ReplacedSequences;

    public int DecodeAll()
    {
        int rows = 0;
        int offset = 0;
        while (offset < _payload.Length)
        {
            int next = Decode(offset);
            if (next <= offset)
            {
                throw new InvalidOperationException("The decoder does not move.");
            }

            offset = next;
            Encode();
            for (int row = 0; row < Batch.Count; row++)
            {
                if (!Batch.IsLive(row))
                {
                    (DeadReason reason, _, int column) = Batch.DeathOf(row);
                    string raw = Encoding.UTF8.GetString(Batch.Bytes(Batch.Records[row]));
                    Deaths.Add(new Death(rows + row, reason.Name, column < 0 ? null : _fields[column].Name, raw));
                }
            }

            rows += Batch.Count;
        }

        return rows;
    }

    public void Dispose()
    {
        Batch.Dispose();
        _arena.Dispose();
        _block.Dispose();
    }
}
