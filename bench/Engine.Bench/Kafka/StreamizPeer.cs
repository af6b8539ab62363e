using System;
#if STREAMIZ
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Streamiz.Kafka.Net;
using Streamiz.Kafka.Net.Processors;
using Streamiz.Kafka.Net.SerDes;
using Streamiz.Kafka.Net.Stream;
using Streamiz.Kafka.Net.Table;
#endif
using System.Threading;
using System.Threading.Tasks;

namespace DataStream.Bench.Kafka;

/// <summary>The job of K3 by Streamiz.Kafka.Net with one thread, windows in memory without a changelog, updates of a window held back by its cache; built in where <c>WithStreamiz</c> is true.</summary>
internal sealed class StreamizPeer(string bootstrap, string input, string output, string group)
{
#if STREAMIZ
    public static bool IsBuiltIn => true;

    private long _taken;
    private long _first;

    /// <summary>Seconds from the first message until the last one came to the filter: what is folded and sent behind that is not counted, and its rows, updates of windows among them, are not compared.</summary>
    public async Task<double> RunAsync(int messages)
    {
        var done = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = new StreamBuilder();
        builder.Stream<string, SensorMessage, StringSerDes, SensorSerDes>(input)
            .Filter((_, row, _) => Take(messages, done) && row.Status == 0 && row.Temperature is >= -50 and <= 150)
            .GroupByKey()
            .WindowedBy(TumblingWindowOptions.Of(TimeSpan.FromSeconds(10)))
            .Aggregate(() => default(Summary), (_, row, summary) => summary.With(row.Temperature),
                InMemoryWindows.As<string, Summary, StringSerDes, SummarySerDes>("per-device").WithLoggingDisabled().WithCachingEnabled(CacheSize.OfMb(64)))
            .ToStream()
            .Map((window, summary, _) => KeyValuePair.Create(window.Key, summary.Json(window.Key, window.Window.StartMs, window.Window.EndMs)))
            .To<StringSerDes, ByteArraySerDes>(output);
        string state = Directory.CreateTempSubdirectory("streamiz-").FullName;
        var config = new StreamConfig
        {
            ApplicationId = group, BootstrapServers = bootstrap, AutoOffsetReset = AutoOffsetReset.Earliest, NumStreamThreads = 1, StateDir = state, CommitIntervalMs = 5000,
            DefaultTimestampExtractor = new RowTime(), Logger = NullLoggerFactory.Instance, FetchWaitMaxMs = 100, LingerMs = 5,
        };
        using var stream = new KafkaStream(builder.Build(), config);
        using var stop = new CancellationTokenSource();
        await stream.StartAsync(stop.Token).ConfigureAwait(false);
        long end = await done.Task.WaitAsync(TimeSpan.FromMinutes(5), stop.Token).ConfigureAwait(false);
        stream.Dispose();
        Directory.Delete(state, recursive: true);
        return Stopwatch.GetElapsedTime(_first, end).TotalSeconds;
    }

    private bool Take(int messages, TaskCompletionSource<long> done)
    {
        _first = _first == 0 ? Stopwatch.GetTimestamp() : _first;
        if (++_taken == messages)
        {
            done.TrySetResult(Stopwatch.GetTimestamp());
        }

        return true;
    }

    internal readonly record struct Summary(long Count, double Min, double Max, double Sum)
    {
        public Summary With(double value) => Count == 0 ? new Summary(1, value, value, value) : new Summary(Count + 1, Math.Min(Min, value), Math.Max(Max, value), Sum + value);

        public byte[] Json(string device, long start, long end) => JsonSerializer.SerializeToUtf8Bytes(new
        {
            window_start = DateTime.UnixEpoch.AddMilliseconds(start), window_end = DateTime.UnixEpoch.AddMilliseconds(end), device, count = Count, min = Min, max = Max, mean = Sum / Count,
        });
    }

    internal sealed class RowTime : ITimestampExtractor
    {
        public long Extract(ConsumeResult<object, object> record, long partitionTime) => ((SensorMessage)record.Message.Value).Time / 1000;
    }

    internal sealed class SensorSerDes : AbstractSerDes<SensorMessage>
    {
        public override SensorMessage Deserialize(byte[] data, SerializationContext context) => SensorMessage.Read(data);

        public override byte[] Serialize(SensorMessage data, SerializationContext context) => throw new NotSupportedException("events are not written");
    }

    internal sealed class SummarySerDes : AbstractSerDes<Summary>
    {
        public override Summary Deserialize(byte[] data, SerializationContext context) => new(BinaryPrimitives.ReadInt64LittleEndian(data),
            BinaryPrimitives.ReadDoubleLittleEndian(data.AsSpan(8)), BinaryPrimitives.ReadDoubleLittleEndian(data.AsSpan(16)), BinaryPrimitives.ReadDoubleLittleEndian(data.AsSpan(24)));

        public override byte[] Serialize(Summary data, SerializationContext context)
        {
            byte[] bytes = new byte[32];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, data.Count);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8), data.Min);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(16), data.Max);
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(24), data.Sum);
            return bytes;
        }
    }
#else
    public static bool IsBuiltIn => false;

    /// <summary>It is not there.</summary>
    public Task<double> RunAsync(int messages) => Task.FromException<double>(new NotSupportedException($"not built in: {bootstrap} {input} {output} {group} {messages}"));
#endif
}
