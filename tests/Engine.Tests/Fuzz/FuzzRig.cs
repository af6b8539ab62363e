using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Json;
using DataStream.Plans;
using DataStream.Tests.Formats;
using DataStream.Tests.Pipelines;
using Decoder = DataStream.Formats.Decoder;
using Encoder = DataStream.Formats.Encoder;
using RowOutput = DataStream.Tests.Formats.MemoryOutput;

namespace DataStream.Tests.Fuzz;

/// <summary>Any format as the planner binds it, through cutter, payloads and decoder; plays the reader, and looks after every step that bytes are not passed over twice or left behind.</summary>
internal sealed class FuzzRig : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly TextArena _arena = new(_ => { });
    private readonly Encoder _encoder;
    private readonly Format _format;
    private readonly DecodePlan _plan;
    private readonly Func<FormatReading, FormatReading> _plant;

    // What has read other files before: decoders learn.
    private readonly FormatReading _old;
    private readonly Decoder _experienced;

    public FuzzRig(FuzzSubject subject, Func<FormatReading, FormatReading>? plant = null)
    {
        _folder.Write("schema.avsc", FuzzSubject.AvroSchema);
        _folder.Write("in." + subject.Extension, "");
        string path = _folder.Write("pipeline.yaml", subject.Yaml.Replace("{DIR}", _folder.FullPath, StringComparison.Ordinal));
        LoadedConfig loaded = ConfigLoader.Load(new ConfigRequest(path) { Environment = new Dictionary<string, string>() });
        Plan? plan = loaded.Config is null ? null : Planner.Build(loaded.Config, new Catalog(), new PlanOptions(), loaded.Errors);
        _format = plan?.InputFormat ?? throw new InvalidOperationException(string.Join('\n', loaded.Errors.Sorted()));
        _plan = plan.Decode with { KeepRecords = true };
        _plant = plant ?? (reading => reading);
        _old = _plant(_format.CreateReading(_plan));
        _experienced = _old.CreateDecoder();
        _encoder = new JsonFormat(new Settings("json", Place.Code, [], new ConfigErrors())).CreateEncoder([.. _plan.Fields.Select(f => new Field(f.Name, f.Type, f.Ordinal))]);
    }

    /// <summary>What becomes of the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="read">How many bytes each read brings.</param>
    /// <param name="payloadSize">At least the greatest record.</param>
    /// <param name="capacity">Rows in a batch.</param>
    /// <param name="maxRecords">In a payload.</param>
    /// <param name="isExperienced">By a decoder that knows earlier files.</param>
    public List<FuzzRecord> Run(byte[] file, Func<int> read, int payloadSize, int capacity, int maxRecords, bool isExperienced)
    {
        FormatReading reading = isExperienced ? _old : _plant(_format.CreateReading(_plan));
        Decoder decoder = isExperienced ? _experienced : reading.CreateDecoder();
        using RecordCutter cutter = reading.CreateCutter();
        using var batch = new Batch([.. _plan.Fields.Select(f => f.Type)], capacity, _arena);
        var records = new List<FuzzRecord>();
        long number = 0;
        try
        {
            foreach (CutStream.Piece piece in Pieces(cutter, file, read, payloadSize, maxRecords))
            {
                using NativeBlock block = CutStream.Load(piece, out Payload payload);
                payload.Number = number++;
                batch.Attach(payload);
                _arena.Reset();
                for (int offset = 0; offset < payload.Length;)
                {
                    int next = decoder.Decode(payload, offset, batch);
                    Check(next > offset && next <= payload.Length && (batch.Count > 0 || next == payload.Length), $"decoded from {offset} to {next} of {payload.Length}: {batch.Count} rows");
                    offset = next;
                    Take(batch, piece, records);
                }
            }
        }
        catch (StopException stop)
        {
            Check(stop.Code == ExitCode.BadData, $"{stop.Code} {stop.Message}");
            records.Add(new FuzzRecord(0, 0, "stop", ""));
        }

        return records;
    }

    public void Dispose()
    {
        _arena.Dispose();
        _folder.Dispose();
    }

    private void Take(Batch batch, CutStream.Piece piece, List<FuzzRecord> records)
    {
        var output = new RowOutput(1);
        _encoder.Encode(batch, batch.Selection, output);
        string[] live = Encoding.UTF8.GetString(output.Bytes).Split('\n');
        int taken = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            Text record = batch.Records[row];
            string shown;
            if (batch.IsLive(row))
            {
                shown = live[taken++];
            }
            else
            {
                (DeadReason reason, _, int column) = batch.DeathOf(row);
                shown = $"†{reason.Name}{(column < 0 ? "" : " " + _plan.Fields.First(f => f.Ordinal == column).Name)}";
            }

            ReadOnlySpan<byte> raw = batch.Bytes(record);
            Check(raw.Length <= FuzzSubject.MaxRecordSize + 1, $"a record of {raw.Length} bytes");
            raw = raw[..Math.Min(raw.Length, FuzzSubject.MaxRecordSize)]; // as letters have it
            long line = piece.Line == 0 ? 0 : piece.Line + piece.Bytes.AsSpan(0, record.Offset).Count((byte)'\n');
            records.Add(new FuzzRecord(line, piece.Offset + record.Offset, shown, Encoding.Latin1.GetString(raw)));
        }
    }

    private static IEnumerable<CutStream.Piece> Pieces(RecordCutter cutter, byte[] file, Func<int> read, int payloadSize, int maxRecords)
    {
        int room = Math.Max(2 * payloadSize, file.Length);
        (int begin, int end) = (0, 0);
        cutter.Begin("in");
        for (bool isFinal = false; !isFinal;)
        {
            int more = Math.Min(Math.Min(read(), room), file.Length - end);
            end += more;
            isFinal = more == 0;
            for (int idle = 0; begin < end || cutter.Holds(isFinal);)
            {
                // A copy with noise behind it: nothing may point into bytes shown earlier, or depend on what follows.
                byte[] shown = new byte[end - begin + 64];
                Array.Fill(shown, (byte)'"');
                file.AsSpan(begin..end).CopyTo(shown);
                long line = cutter.Line;
                Cut cut = cutter.Cut(shown.AsSpan(0, end - begin), isFinal, maxRecords, payloadSize + 2);
                int consumed = cut.Skip + (cut.IsMade ? 0 : cut.Length) + cut.Discard;
                Check(consumed >= 0 && consumed <= end - begin && cut.Length >= 0 && cut.Length <= payloadSize + 2, $"not a cut that was asked for: {cut} of {end - begin}");
                if (consumed == 0 && cut.Length == 0)
                {
                    break;
                }

                idle = consumed == 0 ? idle + 1 : 0;
                Check(idle < 1_000_000, "the cutter does not move");
                if (cut.Length > 0)
                {
                    line += line > 0 ? shown.AsSpan(0, cut.Skip).Count((byte)'\n') : 0;
                    yield return cut.IsMade
                        ? new CutStream.Piece(cutter.Made.ToArray(), line, cutter.Header, cutter.MadeOffset)
                        : new CutStream.Piece(shown[cut.Skip..(cut.Skip + cut.Length)], line, cutter.Header, begin + cut.Skip);
                }

                begin += consumed;
            }

            Check(!isFinal || begin == end, $"stuck at {begin} of {end}");
        }

        cutter.End();
    }

    private static void Check(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException(message);
        }
    }
}
