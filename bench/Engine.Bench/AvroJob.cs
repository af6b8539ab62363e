using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Avro.File;
using Avro.Generic;
using Avro.IO;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Avro;
using Decoder = DataStream.Formats.Decoder;
using Encoder = DataStream.Formats.Encoder;

namespace DataStream.Bench;

/// <summary>
/// An Avro file in memory to typed columns, on one thread: instant, device, two doubles and a status of seven fields, by the decoder (and by the cutter, which checks every
/// record before it), by a loop over Apache's BinaryDecoder and by its GenericDatumReader, in turns; then rows written. Medians of the rounds.
/// </summary>
internal sealed unsafe class AvroJob : IDisposable
{
    private const int Events = 100_000;
    private const int PayloadSize = 256 * 1024;
    private const int BatchSize = 2048;
    private const int MaxRecordSize = 65536;
    private const int Spare = 64;
    private const string Schema = """
        {"type":"record","name":"reading","fields":[{"name":"timestamp","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"device","type":"string"},{"name":"region","type":"string"},
        {"name":"temperature","type":"double"},{"name":"pressure","type":"double"},{"name":"status","type":"int"},{"name":"note","type":["null","string"]}]}
        """;

    private static readonly DecodeField[] s_fields =
    [
        new("timestamp", ColumnType.Timestamp, 0), new("device", ColumnType.Text, 1), new("temperature", ColumnType.Float64, 2), new("pressure", ColumnType.Float64, 3), new("status", ColumnType.Int64, 4),
    ];

    private readonly int _rounds;
    private readonly Avro.Schema _schema = Avro.Schema.Parse(Schema);
    private readonly byte[] _file;
    private readonly byte[] _datums;
    private readonly FormatReading _reading;
    private readonly Encoder _encoder;
    private readonly TextArena _arena = new(_ => { });
    private readonly Batch _batch;
    private readonly MemoryRows _output = new();
    private readonly Decoder _decoder;
    private readonly List<(byte[] Bytes, int Header)> _payloads = [];
    private readonly long[] _times = new long[BatchSize];
    private readonly string[] _devices = new string[BatchSize];
    private readonly double[] _temperatures = new double[BatchSize];
    private readonly double[] _pressures = new double[BatchSize];
    private readonly long[] _statuses = new long[BatchSize];

    public AvroJob(int rounds)
    {
        _rounds = rounds;
        (_file, _datums) = Data();
        var format = new AvroFormat(new Settings("format", Place.Code, [], new ConfigErrors()));
        _reading = format.CreateReading(new DecodePlan(s_fields, MaxRecordSize, KeepRecords: false));
        _decoder = _reading.CreateDecoder();
        _encoder = format.CreateEncoder([.. Array.ConvertAll(s_fields, f => new Field(f.Name, f.Type, f.Ordinal))]);
        _batch = new Batch([.. Array.ConvertAll(s_fields, f => f.Type)], BatchSize, _arena);
    }

    public void Dispose()
    {
        _batch.Dispose();
        _arena.Dispose();
    }

    public int Run()
    {
        Cut(isKept: true);
        double[] m = Turns.Medians(_rounds, Events, () => Decode(null), () => Cut(isKept: false), ReadDecoder, ReadGeneric, () => Decode(Encode), Write);
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}; {Events:N0} events of {_datums.Length / (double)Events:F1} B, codec null, {_rounds} rounds in turns, medians of processor ns per event");
        report.AppendLine(CultureInfo.InvariantCulture,
            $"decoder {m[0]:F1} ({_datums.Length / m[0] / Events:F2} GB/s), cutter with its checks {m[1]:F1}; BinaryDecoder {m[2]:F1} ({m[2] / m[0]:F1} times the decoder, {m[2] / (m[0] + m[1]):F1} times both); GenericDatumReader {m[3]:F1} ({m[3] / m[0]:F1}, {m[3] / (m[0] + m[1]):F1})");
        report.AppendLine(CultureInfo.InvariantCulture, $"rows written: encoder {m[4] - m[0]:F1} (less decoding), BinaryEncoder {m[5]:F1}, ratio {m[5] / (m[4] - m[0]):F1}");
        Results.Keep("avro.txt", report);
        return 0;
    }

    private (byte[] File, byte[] Datums) Data()
    {
        var random = new Random(1);
        var file = new MemoryStream();
        var datums = new MemoryStream();
        var encoder = new BinaryEncoder(datums);
        var writer = new GenericDatumWriter<GenericRecord>(_schema);
        DateTime start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        using (IFileWriter<GenericRecord> container = DataFileWriter<GenericRecord>.OpenWriter(new GenericDatumWriter<GenericRecord>(_schema), file, Codec.CreateCodec(Codec.Type.Null)))
        {
            for (int i = 0; i < Events; i++)
            {
                var record = new GenericRecord((Avro.RecordSchema)_schema);
                record.Add("timestamp", start.AddMilliseconds(i * 3));
                record.Add("device", $"device-{random.Next(10_000):D5}");
                record.Add("region", $"region-{random.Next(8)}");
                record.Add("temperature", Math.Round((random.NextDouble() * 65) - 20, 2));
                record.Add("pressure", Math.Round((random.NextDouble() * 100) + 950, 3));
                record.Add("status", random.Next(10) == 0 ? random.Next(65536) : 0);
                record.Add("note", random.Next(20) == 0 ? "checked, as is" : null);
                container.Append(record);
                writer.Write(record, encoder);
            }
        }

        return (file.ToArray(), datums.ToArray());
    }

    private long Cut(bool isKept)
    {
        using RecordCutter cutter = _reading.CreateCutter();
        cutter.Begin("data");
        for (int begin = 0; begin < _file.Length || cutter.Holds(true);)
        {
            int end = Math.Min(_file.Length, begin + (2 * PayloadSize));
            Cut cut = cutter.Cut(_file.AsSpan(begin..end), end == _file.Length, int.MaxValue, PayloadSize);
            if (isKept && cut.Length > 0)
            {
                _payloads.Add(([.. cutter.Made, .. new byte[Spare]], cutter.Header));
            }

            begin += cut.Skip;
        }

        return Events;
    }

    private long Decode(Action? use)
    {
        long events = 0;
        foreach ((byte[] bytes, int header) in _payloads)
        {
            fixed (byte* start = bytes)
            {
                int length = bytes.Length - Spare;
                var payload = new Payload { Start = start, Capacity = length, Length = length, Header = header };
                _arena.Reset();
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

    /// <summary>The fastest that the package offers: no objects but the texts, and those it cannot leave out.</summary>
    private long ReadDecoder()
    {
        var stream = new MemoryStream(_datums);
        var decoder = new BinaryDecoder(stream);
        long events = 0;
        while (stream.Position < stream.Length)
        {
            int row = (int)(events++ % BatchSize);
            _times[row] = decoder.ReadLong() * 1000;
            _devices[row] = decoder.ReadString();
            decoder.SkipString();
            _temperatures[row] = decoder.ReadDouble();
            _pressures[row] = decoder.ReadDouble();
            _statuses[row] = decoder.ReadInt();
            if (decoder.ReadUnionIndex() == 1)
            {
                decoder.SkipString();
            }
        }

        return events;
    }

    private long ReadGeneric()
    {
        var stream = new MemoryStream(_datums);
        var decoder = new BinaryDecoder(stream);
        var reader = new GenericDatumReader<GenericRecord>(_schema, _schema);
        GenericRecord record = null!;
        long events = 0;
        while (stream.Position < stream.Length)
        {
            record = reader.Read(record, decoder);
            int row = (int)(events++ % BatchSize);
            _times[row] = ((DateTime)record.GetValue(0)).Ticks;
            _devices[row] = (string)record.GetValue(1);
            _temperatures[row] = (double)record.GetValue(3);
            _pressures[row] = (double)record.GetValue(4);
            _statuses[row] = (int)record.GetValue(5);
        }

        return events;
    }

    /// <summary>The columns that were read last, as datums like those that the engine writes.</summary>
    private long Write()
    {
        var stream = new MemoryStream(1 << 20);
        var encoder = new BinaryEncoder(stream);
        for (int i = 0; i < Events; i++)
        {
            if (i % BatchSize == 0)
            {
                stream.SetLength(0);
            }

            int row = i % BatchSize;
            encoder.WriteUnionIndex(1);
            encoder.WriteLong(_times[row]);
            encoder.WriteUnionIndex(1);
            encoder.WriteString(_devices[row]);
            encoder.WriteUnionIndex(1);
            encoder.WriteDouble(_temperatures[row]);
            encoder.WriteUnionIndex(1);
            encoder.WriteDouble(_pressures[row]);
            encoder.WriteUnionIndex(1);
            encoder.WriteLong(_statuses[row]);
        }

        return Events;
    }
}
