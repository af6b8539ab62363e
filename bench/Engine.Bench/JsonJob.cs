using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.Json;
using Decoder = DataStream.Formats.Decoder;
using Encoder = DataStream.Formats.Encoder;

namespace DataStream.Bench;

/// <summary>
/// NDJSON in memory to typed columns and back, on one thread: time, two doubles, a whole number and a text of six or seven keys, by the decoder, by a loop over
/// Utf8JsonReader and, where it was built, by simdjson (C++), in turns; then rows by the encoder and by Utf8JsonWriter. Medians of the rounds; the columns are compared bit by bit.
/// </summary>
internal sealed unsafe class JsonJob : IDisposable
{
    private const int Events = 200_000;
    private const int PayloadSize = 256 * 1024;
    private const int BatchSize = 2048;
    private const int MaxRecordSize = 65536;
    private const int Spare = 64;

    private static readonly byte[][] s_keys = [.. new[] { "timestamp", "device", "temperature", "pressure", "status" }.Select(Encoding.UTF8.GetBytes)];
    private static readonly DecodeField[] s_fields =
    [
        new("timestamp", ColumnType.Timestamp, 0), new("device", ColumnType.Text, 1), new("temperature", ColumnType.Float64, 2), new("pressure", ColumnType.Float64, 3), new("status", ColumnType.Int64, 4),
    ];

    private readonly int _rounds;
    private readonly FormatReading _reading;
    private readonly Encoder _encoder;
    private readonly TextArena _arena = new(_ => { });
    private readonly Batch _batch;
    private readonly ArrayBufferWriter<byte> _rows = new(1 << 20);
    private readonly MemoryRows _output = new();
    private readonly SimdjsonPeer? _simdjson = SimdjsonPeer.TryLoad(BatchSize);
    private Decoder _decoder;
    private readonly long[] _times = new long[BatchSize];
    private readonly (int Offset, int Length)[] _devices = new (int, int)[BatchSize];
    private readonly double[] _temperatures = new double[BatchSize];
    private readonly double[] _pressures = new double[BatchSize];
    private readonly long[] _statuses = new long[BatchSize];

    public JsonJob(int rounds)
    {
        _rounds = rounds;
        var format = new JsonFormat(new Settings("format", Place.Code, [], new ConfigErrors()));
        _reading = format.CreateReading(new DecodePlan(s_fields, MaxRecordSize, KeepRecords: false));
        _decoder = _reading.CreateDecoder();
        _encoder = format.CreateEncoder([.. s_fields.Select(f => new Field(f.Name, f.Type, f.Ordinal))]);
        _batch = new Batch([.. s_fields.Select(f => f.Type)], BatchSize, _arena);
    }

    public void Dispose()
    {
        _simdjson?.Dispose();
        _batch.Dispose();
        _arena.Dispose();
    }

    public int Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}; {Events:N0} events, {_rounds} rounds in turns, medians of processor ns per event");
        foreach (bool isChanging in (bool[])[false, true])
        {
            byte[] data = Data(isChanging);
            _decoder = _reading.CreateDecoder();
            long sum = Sum(() => Decode(data, null));
            if (sum != Sum(() => Read(data)) || (_simdjson is not null && sum != Sum(() => ReadNative(data, isChanging))))
            {
                throw new InvalidOperationException("the decoder and its peers differ");
            }

            Func<long>[] works = [() => Decode(data, null), () => Read(data), .. _simdjson is null ? (Func<long>[])[] : [() => ReadNative(data, isChanging)]];
            double[] medians = Turns.Medians(_rounds, Events, works);
            string native = _simdjson is null ? "simdjson not there" : string.Create(CultureInfo.InvariantCulture, $"{_simdjson.Name} {medians[2]:F1}, ratio {medians[2] / medians[0]:F2}");
            report.AppendLine(CultureInfo.InvariantCulture,
                $"{(isChanging ? "order, keys and white space change" : "one layout"),-36} {data.Length / (double)Events:F1} B: decoder {medians[0]:F1} ({data.Length / medians[0] / Events:F2} GB/s), Utf8JsonReader {medians[1]:F1}, ratio {medians[1] / medians[0]:F1}, {native}");
        }

        byte[] plain = Data(isChanging: false);
        (double encode, double write) = Duel(() => Decode(plain, Encode), () => Decode(plain, Write));
        (double alone, _) = Duel(() => Decode(plain, null), () => Decode(plain, null));
        report.AppendLine(CultureInfo.InvariantCulture, $"{"rows written",-36} encoder {encode - alone:F1}, Utf8JsonWriter {write - alone:F1}, ratio {(write - alone) / (encode - alone):F1} (less decoding, {alone:F1})");
        Results.Keep("json.txt", report);
        return 0;
    }

    private (double First, double Second) Duel(Func<long> first, Func<long> second)
    {
        double[] medians = Turns.Medians(_rounds, Events, first, second);
        return (medians[0], medians[1]);
    }

    private static byte[] Data(bool isChanging)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        int[] order = [0, 1, 2, 3, 4, 5, 6];
        DateTime start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (int i = 0; i < Events; i++)
        {
            string[] members =
            [
                $"\"timestamp\":\"{start.AddMilliseconds(i * 3):yyyy-MM-ddTHH:mm:ss.fffZ}\"", $"\"device\":\"device-{random.Next(10_000):D5}\"", $"\"region\":\"region-{random.Next(8)}\"",
                string.Create(CultureInfo.InvariantCulture, $"\"temperature\":{Math.Round((random.NextDouble() * 65) - 20, 1 + random.Next(3))}"),
                string.Create(CultureInfo.InvariantCulture, $"\"pressure\":{Math.Round((random.NextDouble() * 100) + 950, 2 + random.Next(3))}"),
                $"\"status\":{(random.Next(10) == 0 ? random.Next(65536) : 0)}", "\"note\":\"checked, \\\"as is\\\"\"",
            ];
            if (isChanging)
            {
                random.Shuffle(order);
            }

            bool hasNote = random.Next(20) == 0;
            string separator = isChanging && random.Next(2) == 0 ? ", " : ",";
            text.Append('{').AppendJoin(separator, order.Where(m => m < 6 ? !isChanging || random.Next(10) > 0 : hasNote).Select(m => members[m])).Append("}\n");
        }

        // Decoders read up to 64 bytes behind their payload, as they may.
        text.Append(' ', Spare);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>All columns of all rows in one number.</summary>
    private static long Sum(Func<long> read)
    {
        s_sum = 17;
        read();
        return s_sum;
    }

    private static long s_sum;
    private bool _isSummed;

    private long Decode(byte[] data, Action<int>? use)
    {
        _isSummed = s_sum == 17;
        long events = 0;
        fixed (byte* start = data)
        {
            for (int from = 0; from < data.Length - Spare;)
            {
                int end = Math.Min(data.Length - Spare, from + PayloadSize);
                end = data.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
                var payload = new Payload { Start = start + from, Capacity = end - from, Length = end - from, Number = from };
                _batch.Attach(payload);
                _arena.Reset();
                for (int offset = 0; offset < payload.Length;)
                {
                    offset = _decoder.Decode(payload, offset, _batch);
                    events += _batch.Count;
                    use?.Invoke(_batch.Count);
                    if (_isSummed)
                    {
                        AddBatch();
                    }
                }

                from = end;
            }
        }

        return events;
    }

    private void AddBatch()
    {
        for (int row = 0; row < _batch.Count; row++)
        {
            Text device = _batch.IsNull(1, row) ? default : _batch.Whole<Text>(1)[row];
            Add(_batch.IsNull(0, row) ? 0 : _batch.Whole<long>(0)[row], _batch.Bytes(device), _batch.IsNull(2, row) ? 0 : _batch.Whole<double>(2)[row], _batch.IsNull(3, row) ? 0 : _batch.Whole<double>(3)[row], _batch.IsNull(4, row) ? 0 : _batch.Whole<long>(4)[row]);
        }
    }

    private static void Add(long time, ReadOnlySpan<byte> device, double temperature, double pressure, long status)
    {
        foreach (long value in (ReadOnlySpan<long>)[time, (long)System.IO.Hashing.XxHash3.HashToUInt64(device), BitConverter.DoubleToInt64Bits(temperature), BitConverter.DoubleToInt64Bits(pressure), status])
        {
            s_sum = (s_sum * 31) + value;
        }
    }

    private long ReadNative(byte[] data, bool isChanging) => _simdjson!.Read(data.AsSpan(0, data.Length - Spare), isChanging, s_sum == 17 ? Add : null);

    private long Read(byte[] data)
    {
        _isSummed = s_sum == 17;
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { AllowMultipleValues = true });
        long events = 0;
        while (reader.Read())
        {
            int row = (int)(events++ % BatchSize);
            (_times[row], _devices[row], _temperatures[row], _pressures[row], _statuses[row]) = (0, default, 0, 0, 0);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals(s_keys[0]))
                {
                    reader.Read();
                    _times[row] = (reader.GetDateTime().Ticks - DateTime.UnixEpoch.Ticks) / 10;
                }
                else if (reader.ValueTextEquals(s_keys[1]))
                {
                    reader.Read();
                    _devices[row] = ((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
                }
                else if (reader.ValueTextEquals(s_keys[2]))
                {
                    reader.Read();
                    _temperatures[row] = reader.GetDouble();
                }
                else if (reader.ValueTextEquals(s_keys[3]))
                {
                    reader.Read();
                    _pressures[row] = reader.GetDouble();
                }
                else if (reader.ValueTextEquals(s_keys[4]))
                {
                    reader.Read();
                    _statuses[row] = reader.GetInt64();
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            if (_isSummed)
            {
                Add(_times[row], data.AsSpan(_devices[row].Offset, _devices[row].Length), _temperatures[row], _pressures[row], _statuses[row]);
            }
        }

        return events;
    }

    private void Encode(int count)
    {
        _output.Clear();
        _encoder.Encode(_batch, _batch.Selection, _output);
    }

    private void Write(int count)
    {
        _rows.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_rows, new JsonWriterOptions { SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        for (int row = 0; row < count; row++)
        {
            writer.WriteStartObject();
            writer.WriteString(s_keys[0], DateTime.UnixEpoch.AddTicks(_batch.Whole<long>(0)[row] * 10));
            writer.WriteString(s_keys[1], _batch.Bytes(_batch.Whole<Text>(1)[row]));
            writer.WriteNumber(s_keys[2], _batch.Whole<double>(2)[row]);
            writer.WriteNumber(s_keys[3], _batch.Whole<double>(3)[row]);
            writer.WriteNumber(s_keys[4], _batch.Whole<long>(4)[row]);
            writer.WriteEndObject();
            writer.Flush();
            writer.Reset();
        }
    }
}
