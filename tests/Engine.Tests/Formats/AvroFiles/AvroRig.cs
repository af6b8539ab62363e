using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Avro;
using DataStream.Formats.Json;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>An Avro file through cutter, payloads and decoder, without the engine around; plays the reader.</summary>
internal sealed class AvroRig(AvroOptions options, IReadOnlyList<DecodeField> fields) : IDisposable
{
    private readonly TextArena _arena = new(_ => { });

    public int MaxRecordSize { get; init; } = 4096;

    public int PayloadSize { get; init; } = 8192;

    public int Rows { get; init; } = 64;

    public int MaxRecords { get; init; } = 256;

    public Func<int> Read { get; init; } = () => 4096;

    /// <summary>The most that was charged.</summary>
    public long Charged { get; private set; }

    public List<string> Dead { get; } = [];

    /// <summary>Payloads as the reader would send them.</summary>
    public List<CutStream.Piece> Cut(FormatReading reading, byte[] file)
    {
        var pieces = new List<CutStream.Piece>();
        using RecordCutter cutter = reading.CreateCutter();
        cutter.Begin("in.avro");
        int begin = 0;
        int end = 0;
        bool isFinal = false;
        while (!isFinal)
        {
            int read = Math.Min(Read(), file.Length - end);
            end += read;
            isFinal = read == 0;
            while (begin < end || cutter.Holds(isFinal))
            {
                // A copy that dies: nothing may point into bytes shown earlier.
                byte[] shown = file[begin..end];
                Cut cut = cutter.Cut(shown, isFinal, MaxRecords, PayloadSize + 2);
                Array.Fill(shown, (byte)0xAA);
                if (cut.Skip == 0 && cut.Length == 0)
                {
                    break;
                }

                if (cut.Length > PayloadSize + 2 || !cut.IsMade || cut.Length != cutter.Made.Length)
                {
                    throw new InvalidOperationException($"not a cut that was asked for: {cut}");
                }

                begin += cut.Skip;
                if (cut.Length > 0)
                {
                    pieces.Add(new CutStream.Piece(cutter.Made.ToArray(), cutter.Line, cutter.Header, cutter.MadeOffset));
                }
            }

            if (isFinal && begin < end)
            {
                throw new InvalidOperationException($"stuck at {begin} of {end}");
            }
        }

        return pieces;
    }

    public FormatReading CreateReading() =>
        new AvroReading(options, new DecodePlan(fields, MaxRecordSize, KeepRecords: true) { Charge = bytes => Charged += bytes });

    /// <summary>The rows as JSON lines; the dead ones as <c>reason offset field raw</c>.</summary>
    public string Convert(byte[] file)
    {
        FormatReading reading = CreateReading();
        return Decode(reading, Cut(reading, file));
    }

    /// <summary>The same for messages, each a record.</summary>
    public string ConvertMessages(IEnumerable<byte[]> messages)
    {
        FormatReading reading = CreateReading();
        MessageCutter cutter = reading.CreateMessageCutter("topic")!;
        var pieces = new List<CutStream.Piece>();
        bool isOpen = false;
        foreach (byte[] message in messages)
        {
            MessageCut cut = cutter.Take(message);
            byte[] bytes = message[cut.Skip..Math.Min(message.Length, MaxRecordSize + 1)];
            if (isOpen && !cut.IsAlone && pieces[^1].Header == cut.Header)
            {
                pieces[^1] = pieces[^1] with { Bytes = [.. pieces[^1].Bytes, .. bytes] };
            }
            else
            {
                pieces.Add(new CutStream.Piece(bytes, 0, cut.Header, 0));
            }

            isOpen = !cut.IsAlone;
        }

        return Decode(reading, pieces);
    }

    /// <summary>What is written instead of JSON lines; null: those.</summary>
    public DataStream.Formats.Encoder? Encoder { get; init; }

    /// <summary>What was written last.</summary>
    public byte[] Written { get; private set; } = [];

    private string Decode(FormatReading reading, List<CutStream.Piece> pieces)
    {
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        Field[] columns = [.. fields.Select(f => new Field(f.Name, f.Type, f.Ordinal))];
        var output = new MemoryOutput(Rows);
        DataStream.Formats.Encoder encoder = Encoder ?? new JsonFormat(new Settings("json", default, new ConfigMap(), new ConfigErrors())).CreateEncoder(columns);
        using var batch = new Batch([.. fields.Select(f => f.Type)], Rows, _arena);
        foreach (CutStream.Piece piece in pieces)
        {
            using NativeBlock block = CutStream.Load(piece, out Payload payload);
            for (int offset = 0; offset < payload.Length;)
            {
                int next = decoder.Decode(payload, offset, batch);
                if (next <= offset || next > payload.Length || batch.Count == 0)
                {
                    throw new InvalidOperationException($"from {offset} to {next}, {batch.Count} rows");
                }

                offset = next;
                encoder.Encode(batch, batch.Selection, output);
                Bury(batch, piece);
            }

            _arena.Reset();
        }

        Written = output.Bytes.ToArray();
        return Encoding.UTF8.GetString(Written);
    }

    private void Bury(Batch batch, CutStream.Piece piece)
    {
        for (int row = 0; row < batch.Count; row++)
        {
            if (!batch.IsLive(row))
            {
                (DeadReason reason, _, int column) = batch.DeathOf(row);
                Text record = batch.Records[row];
                string field = column < 0 ? "-" : fields.First(f => f.Ordinal == column).Name;
                Dead.Add($"{reason.Name} {piece.Offset + record.Offset} {field} {System.Convert.ToHexString(batch.Bytes(record))}");
            }
        }
    }

    public void Dispose() => _arena.Dispose();
}
