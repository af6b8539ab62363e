using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.Csv;

namespace DataStream.Tests.Formats;

/// <summary>A file through cutter, payloads and decoder, without the engine around.</summary>
internal sealed class CsvRig(CsvOptions options, IReadOnlyList<DecodeField> fields, int maxRecordSize) : IDisposable
{
    private readonly TextArena _arena = new(_ => { });

    public int PayloadSize { get; init; } = 256 * 1024;

    public int Rows { get; init; } = 64;

    public int MaxRecords { get; init; } = 1000;

    public Func<int> Read { get; init; } = () => 4096;

    /// <summary>Calls back with each batch.</summary>
    public void Decode(byte[] file, Action<Batch, CutStream.Piece> visit)
    {
        var plan = new DecodePlan(fields, maxRecordSize, KeepRecords: true);
        FormatReading reading = new CsvFormat(options).CreateReading(plan);
        DataStream.Formats.Decoder decoder = reading.CreateDecoder();
        using var batch = new Batch([.. fields.Select(f => f.Type)], Rows, _arena);
        foreach (CutStream.Piece piece in CutStream.Run(reading.CreateCutter(), file, Read, PayloadSize, maxRecordSize, MaxRecords))
        {
            using NativeBlock block = CutStream.Load(piece, out Payload payload);
            for (int offset = 0; offset < payload.Length;)
            {
                int next = decoder.Decode(payload, offset, batch);
                if (next <= offset || next > payload.Length)
                {
                    throw new InvalidOperationException($"from {offset} to {next}");
                }

                offset = next;
                visit(batch, piece);
            }

            _arena.Reset();
        }
    }

    /// <summary>The rows as CSV, and each dead record as <c>reason line field raw</c>.</summary>
    public string Convert(byte[] file, List<string> dead, IReadOnlyList<string>? shown = null)
    {
        Field[] columns = [.. fields.Where(f => shown is null || shown.Contains(f.Name)).Select(f => new Field(f.Name, f.Type, f.Ordinal))];
        var output = new MemoryOutput(Rows);
        DataStream.Formats.Encoder encoder = new CsvFormat(new CsvOptions { Decimals = options.Decimals }).CreateEncoder(columns);
        encoder.Header(output);
        Decode(file, (batch, piece) =>
        {
            encoder.Encode(batch, batch.Selection, output);
            for (int row = 0; row < batch.Count; row++)
            {
                if (!batch.IsLive(row))
                {
                    (DeadReason reason, _, int column) = batch.DeathOf(row);
                    string field = column < 0 ? "-" : fields.First(f => f.Ordinal == column).Name;
                    dead.Add($"{reason.Name} {LineOf(piece, batch.Records[row])} {field} {Encoding.Latin1.GetString(batch.Bytes(batch.Records[row]))}");
                }
            }
        });
        return Encoding.Latin1.GetString(output.Bytes);
    }

    public static long LineOf(CutStream.Piece piece, Text record) => piece.Line + piece.Bytes.AsSpan(0, record.Offset).Count((byte)'\n');

    public void Dispose() => _arena.Dispose();
}
