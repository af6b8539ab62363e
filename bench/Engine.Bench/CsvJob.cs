using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Unicode;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.Csv;
using Decoder = DataStream.Formats.Decoder;
using Encoder = DataStream.Formats.Encoder;

namespace DataStream.Bench;

/// <summary>CSV in memory to typed columns and back, on one thread, beside the readers of <see cref="CsvPeers"/> and an interpolated UTF-8 string, in turns; medians of the rounds.</summary>
internal sealed unsafe class CsvJob : IDisposable
{
    private const int Events = 100_000;
    private const int PayloadSize = 256 * 1024;
    private const int BatchSize = 2048;
    private const int MaxRecordSize = 65536;
    private const int Spare = 64;

    private static readonly DecodeField[] s_fields =
    [
        new("timestamp", ColumnType.Timestamp, 0), new("device", ColumnType.Text, 1), new("temperature", ColumnType.Float64, 2), new("pressure", ColumnType.Float64, 3), new("status", ColumnType.Int64, 4),
        new("region", ColumnType.Text, 5) { IsNeeded = false },
    ];

    private readonly int _rounds;
    private readonly byte[] _data;
    private readonly byte[] _padded;
    private readonly FormatReading _reading;
    private readonly Encoder _encoder;
    private readonly TextArena _arena = new(_ => { });
    private readonly Batch _batch;
    private readonly MemoryRows _output = new();
    private readonly RecordCutter _cutter;
    private readonly Decoder _decoder;
    private readonly List<(int From, int End, int Header)> _payloads = [];
    private readonly byte[] _row = new byte[256];

    public CsvJob(int rounds)
    {
        _rounds = rounds;
        _data = SensorRows.Csv(Events);
        _padded = [.. _data, .. new byte[Spare]]; // decoders read up to 64 bytes behind their payload, as they may
        var format = new CsvFormat(new CsvOptions());
        _reading = format.CreateReading(new DecodePlan(s_fields, MaxRecordSize, KeepRecords: false));
        _cutter = _reading.CreateCutter();
        _decoder = _reading.CreateDecoder();
        _encoder = format.CreateEncoder([.. s_fields.Where(f => f.IsNeeded).Select(f => new Field(f.Name, f.Type, f.Ordinal))]);
        _batch = new Batch([.. s_fields.Select(f => f.Type)], BatchSize, _arena);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _arena.Dispose();
        _cutter.Dispose();
    }

    public int Run()
    {
        var peers = new CsvPeers(_data);
        Cut();
        double[] read = Turns.Medians(_rounds, Events, () => Decode(null), Cut, peers.SepScan, peers.SepHand, peers.SepParse, peers.Sylvan, peers.Naive, peers.Helper);
        double[] written = Turns.Medians(_rounds, Events, () => Decode(null), () => Decode(Encode), () => Decode(Interpolate));
        double engine = read[0] + read[1];
        (double encoder, double interpolated) = (written[1] - written[0], written[2] - written[0]);
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}; {Events:N0} events of {_data.Length / (double)Events:F1} B, {_rounds} rounds in turns, medians of processor ns per event");
        report.AppendLine(CultureInfo.InvariantCulture, $"decoder {read[0]:F1}, cutter {read[1]:F1}, both {engine:F1} ({_data.Length / engine / Events:F2} GB/s)");
        foreach ((string name, double peer) in CsvPeers.Names.Zip(read[2..]))
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"  {name,-28} {peer,7:F1}   {peer / engine,5:F1} times both, {peer / read[0],5:F1} times the decoder");
        }

        report.AppendLine(CultureInfo.InvariantCulture, $"rows of five columns written: encoder {encoder:F1}, interpolated UTF-8 {interpolated:F1}, ratio {interpolated / encoder:F1} (less decoding, {written[0]:F1})");
        Results.Keep("csv.txt", report);
        return 0;
    }

    private long Cut()
    {
        _payloads.Clear();
        _cutter.Begin("data");
        for (int from = 0; from < _data.Length;)
        {
            int room = Math.Min(_data.Length - from, PayloadSize);
            Cut cut = _cutter.Cut(_padded.AsSpan(from, room), from + room == _data.Length, int.MaxValue, PayloadSize);
            if (cut.Length > 0)
            {
                _payloads.Add((from + cut.Skip, from + cut.Skip + cut.Length, _cutter.Header));
            }

            from += cut.Skip + cut.Length + cut.Discard;
        }

        return Events;
    }

    private long Decode(Action? use)
    {
        long events = 0;
        fixed (byte* start = _padded)
        {
            foreach ((int from, int end, int header) in _payloads)
            {
                var payload = new Payload { Start = start + from, Capacity = end - from, Length = end - from, Number = from, Header = header };
                events += Decoding.Run(_decoder, payload, _batch, use);
            }
        }

        return events;
    }

    private void Encode()
    {
        _output.Clear();
        _encoder.Encode(_batch, _batch.Selection, _output);
    }

    /// <summary>What a developer would write: no quotes are looked for.</summary>
    private void Interpolate()
    {
        for (int row = 0; row < _batch.Count; row++)
        {
            Utf8.TryWrite(_row, CultureInfo.InvariantCulture,
                $"{DateTime.UnixEpoch.AddTicks(_batch.Whole<long>(0)[row] * 10):yyyy-MM-ddTHH:mm:ss.fffZ},{Encoding.UTF8.GetString(_batch.Bytes(_batch.Whole<Text>(1)[row]))},{_batch.Whole<double>(2)[row]},{_batch.Whole<double>(3)[row]},{_batch.Whole<long>(4)[row]}\n", out _);
        }
    }
}
