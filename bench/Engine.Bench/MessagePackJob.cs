using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.MessagePack;
using MessagePack;
using Decoder = DataStream.Formats.Decoder;

namespace DataStream.Bench;

/// <summary>
/// MessagePack maps in memory to typed columns, on one thread: time, two doubles, a whole number and a text of seven keys, by the decoder and by a loop over
/// MessagePackReader, in turns. Once with the keys in one order, once in any. Medians of the rounds.
/// </summary>
internal sealed unsafe class MessagePackJob(int rounds) : IDisposable
{
    private const int Events = 200_000;
    private const int PayloadSize = 256 * 1024;
    private const int BatchSize = 2048;
    private const int MaxRecordSize = 65536;

    private static readonly byte[][] s_keys = [.. new[] { "timestamp", "device", "temperature", "pressure", "status" }.Select(Encoding.UTF8.GetBytes)];
    private static readonly DecodeField[] s_fields =
    [
        new("timestamp", ColumnType.Timestamp, 0), new("device", ColumnType.Text, 1), new("temperature", ColumnType.Float64, 2), new("pressure", ColumnType.Float64, 3), new("status", ColumnType.Int64, 4),
    ];

    private readonly DateTime[] _times = new DateTime[BatchSize];
    private readonly (int Offset, int Length)[] _devices = new (int, int)[BatchSize];
    private readonly double[] _temperatures = new double[BatchSize];
    private readonly double[] _pressures = new double[BatchSize];
    private readonly long[] _statuses = new long[BatchSize];

    public void Dispose() => _batch.Dispose();

    public int Run()
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}; {Events:N0} events, {rounds} rounds in turns, medians of processor ns per event");
        foreach (bool isShuffled in (bool[])[false, true])
        {
            byte[] data = Data(isShuffled);
            double[] medians = Turns.Medians(rounds, Events, () => Decode(data), () => Cut(data), () => Read(data));
            (double decoder, double cutter, double reader) = (medians[0], medians[1], medians[2]);
            report.AppendLine(CultureInfo.InvariantCulture,
                $"{(isShuffled ? "keys in any order" : "keys in one order"),-18} {data.Length / (double)Events:F1} B: decoder {decoder:F1} ({data.Length / decoder / Events:F2} GB/s), MessagePackReader {reader:F1}, ratio {reader / decoder:F1}; cutter {cutter:F1}");
        }

        Results.Keep("msgpack.txt", report);
        return 0;
    }

    private static byte[] Data(bool isShuffled)
    {
        var random = new Random(1);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        int[] order = [0, 1, 2, 3, 4, 5];
        DateTime start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        for (int i = 0; i < Events; i++)
        {
            bool hasNote = random.Next(20) == 0;
            writer.WriteMapHeader(hasNote ? 7 : 6);
            if (isShuffled)
            {
                random.Shuffle(order);
            }

            foreach (int key in order)
            {
                switch (key)
                {
                    case 0:
                        writer.Write("timestamp");
                        writer.Write(start.AddMilliseconds(i * 3));
                        break;
                    case 1:
                        writer.Write("device");
                        writer.Write($"device-{random.Next(10_000):D5}");
                        break;
                    case 2:
                        writer.Write("region");
                        writer.Write($"region-{random.Next(8)}");
                        break;
                    case 3:
                        writer.Write("temperature");
                        writer.Write(Math.Round((random.NextDouble() * 65) - 20, 2));
                        break;
                    case 4:
                        writer.Write("pressure");
                        writer.Write(Math.Round((random.NextDouble() * 100) + 950, 3));
                        break;
                    default:
                        writer.Write("status");
                        writer.Write(random.Next(10) == 0 ? random.Next(65536) : 0);
                        break;
                }
            }

            if (hasNote)
            {
                writer.Write("note");
                writer.Write("checked, \"as is\"");
            }
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static FormatReading Reading() =>
        new MessagePackFormat(new Settings("format", Place.Code, [], new ConfigErrors())).CreateReading(new DecodePlan(s_fields, MaxRecordSize, KeepRecords: false));

    private readonly Decoder _decoder = Reading().CreateDecoder();
    private readonly Batch _batch = new([.. s_fields.Select(f => f.Type)], BatchSize, new TextArena(_ => { }));
    private readonly RecordCutter _cutter = Reading().CreateCutter();
    private List<int>? _ends;

    private long Decode(byte[] data)
    {
        List<int> ends = Ends(data);
        long events = 0;
        fixed (byte* start = data)
        {
            int from = 0;
            foreach (int end in ends)
            {
                var payload = new Payload { Start = start + from, Capacity = end - from, Length = end - from, Number = from };
                events += Decoding.Run(_decoder, payload, _batch);

                from = end;
            }
        }

        return events;
    }

    private List<int> Ends(byte[] data)
    {
        if (_ends is null || _ends[^1] != data.Length)
        {
            Cut(data);
        }

        return _ends!;
    }

    private long Cut(byte[] data)
    {
        _ends = [];
        _cutter.Begin("data");
        for (int from = 0; from < data.Length;)
        {
            int room = Math.Min(data.Length - from, PayloadSize);
            from += _cutter.Cut(data.AsSpan(from, room), from + room == data.Length, int.MaxValue, PayloadSize).Length;
            _ends.Add(from);
        }

        return Events;
    }

    private long Read(byte[] data)
    {
        var reader = new MessagePackReader(data);
        long events = 0;
        while (!reader.End)
        {
            int row = (int)(events++ % BatchSize);
            for (int left = reader.ReadMapHeader(); left > 0; left--)
            {
                reader.TryReadStringSpan(out ReadOnlySpan<byte> key);
                if (key.SequenceEqual(s_keys[0]))
                {
                    _times[row] = reader.ReadDateTime();
                }
                else if (key.SequenceEqual(s_keys[1]))
                {
                    reader.TryReadStringSpan(out ReadOnlySpan<byte> text);
                    _devices[row] = ((int)reader.Consumed - text.Length, text.Length);
                }
                else if (key.SequenceEqual(s_keys[2]))
                {
                    _temperatures[row] = reader.ReadDouble();
                }
                else if (key.SequenceEqual(s_keys[3]))
                {
                    _pressures[row] = reader.ReadDouble();
                }
                else if (key.SequenceEqual(s_keys[4]))
                {
                    _statuses[row] = reader.ReadInt64();
                }
                else
                {
                    reader.Skip();
                }
            }
        }

        return events;
    }
}
