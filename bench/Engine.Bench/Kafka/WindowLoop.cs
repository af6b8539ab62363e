using System;
using System.Buffers;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Threading;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;

namespace DataStream.Bench.Kafka;

/// <summary>What one writes by hand: Consume, Utf8JsonReader, a dictionary by window and device for each partition, Utf8JsonWriter, Produce with reports; offsets by the client's own commits.</summary>
internal sealed class WindowLoop(string bootstrap, string input, string output, string group)
{
    private const long Size = 10_000_000;
    private const long OutOfOrderness = 2_000_000;

    private readonly SortedDictionary<long, Dictionary<string, Summary>>[] _windows = [.. MakeWindows()];
    private readonly long[] _highest = new long[Cluster.Partitions];
    private readonly ArrayBufferWriter<byte> _row = new(256);
    private long _rows;
    private long _arrived;

    /// <summary>Seconds from the first message until every row was acknowledged, and the rows.</summary>
    public (double Seconds, long Rows) Run(int messages)
    {
        ConsumerConfig settings = ConsumeRow.Settings(bootstrap, group);
        settings.EnableAutoCommit = true;
        using IConsumer<Ignore, byte[]> consumer = new ConsumerBuilder<Ignore, byte[]>(settings).SetLogHandler((_, _) => { }).Build();
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig
        {
            BootstrapServers = bootstrap, EnableIdempotence = true, LingerMs = 5, BatchSize = 1_000_000, CompressionType = CompressionType.Lz4, Partitioner = Partitioner.Murmur2Random,
        });
        consumer.Subscribe(input);
        long start = 0;
        for (int i = 0; i < messages; i++)
        {
            ConsumeResult<Ignore, byte[]> result = consumer.Consume();
            start = start == 0 ? Stopwatch.GetTimestamp() : start;
            Take(result.Message.Value, result.Partition.Value, producer);
        }

        for (int partition = 0; partition < _windows.Length; partition++)
        {
            Close(partition, long.MaxValue, producer);
        }

        producer.Flush(Timeout.InfiniteTimeSpan);
        SpinWait.SpinUntil(() => Interlocked.Read(ref _arrived) == _rows); // the last report may be in its handler still
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        consumer.Close();
        return (seconds, _rows);
    }

    private void Take(byte[] message, int partition, IProducer<byte[]?, byte[]?> producer)
    {
        SensorMessage row = SensorMessage.Read(message);
        long earlier = _highest[partition];
        _highest[partition] = Math.Max(earlier, row.Time);
        if (row.Status == 0 && row.Temperature is >= -50 and <= 150)
        {
            long window = row.Time / Size;
            SortedDictionary<long, Dictionary<string, Summary>> windows = _windows[partition];
            if (!windows.TryGetValue(window, out Dictionary<string, Summary>? devices))
            {
                windows.Add(window, devices = []);
            }

            if (!devices.TryGetValue(row.Device, out Summary? summary))
            {
                devices.Add(row.Device, summary = new Summary());
            }

            summary.Add(row.Temperature);
        }

        if (_highest[partition] > earlier)
        {
            Close(partition, _highest[partition] - OutOfOrderness, producer);
        }
    }

    private void Close(int partition, long watermark, IProducer<byte[]?, byte[]?> producer)
    {
        SortedDictionary<long, Dictionary<string, Summary>> windows = _windows[partition];
        while (windows.Count > 0)
        {
            long first = long.MaxValue;
            foreach (long window in windows.Keys)
            {
                first = window;
                break;
            }

            if (watermark != long.MaxValue && watermark < (first + 1) * Size)
            {
                return;
            }

            foreach ((string device, Summary summary) in windows[first])
            {
                Write(first, device, summary, producer);
            }

            windows.Remove(first);
        }
    }

    private void Write(long window, string device, Summary summary, IProducer<byte[]?, byte[]?> producer)
    {
        _row.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(_row, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartObject();
            writer.WriteString("window_start"u8, DateTime.UnixEpoch.AddTicks(window * Size * 10));
            writer.WriteString("window_end"u8, DateTime.UnixEpoch.AddTicks((window + 1) * Size * 10));
            writer.WriteString("device"u8, device);
            writer.WriteNumber("count"u8, summary.Count);
            writer.WriteNumber("min"u8, summary.Min);
            writer.WriteNumber("max"u8, summary.Max);
            writer.WriteNumber("mean"u8, summary.Sum / summary.Count);
            writer.WriteEndObject();
        }

        _rows++;
        Cluster.Send(producer, new TopicPartition(output, Partition.Any), new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(device), Value = _row.WrittenSpan.ToArray() },
            report => Interlocked.Add(ref _arrived, report.Error.IsError ? 0 : 1));
    }

    private static IEnumerable<SortedDictionary<long, Dictionary<string, Summary>>> MakeWindows()
    {
        for (int i = 0; i < Cluster.Partitions; i++)
        {
            yield return [];
        }
    }

    private sealed class Summary
    {
        public long Count { get; private set; }

        public double Min { get; private set; } = double.MaxValue;

        public double Max { get; private set; } = double.MinValue;

        public double Sum { get; private set; }

        public void Add(double value)
        {
            Count++;
            Min = Math.Min(Min, value);
            Max = Math.Max(Max, value);
            Sum += value;
        }
    }
}
