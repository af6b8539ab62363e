using System;
using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using HdrHistogram;

namespace DataStream.Bench.Kafka;

/// <summary>K5: 10,000 messages/s through JSON → filter → JSON, from the producer's stamp to a reader of the output, by the pipeline and by Confluent's clients.</summary>
internal sealed class LatencyRow(Cluster cluster, double seconds)
{
    private const int PerSecond = 10_000;
    private const int WarmUpSeconds = 3;

    private static int s_runs;

    public async Task<LongHistogram> EngineAsync()
    {
        (string input, string output) = await CreateAsync().ConfigureAwait(false);
        (DataStreamProcessor processor, Task<RunReport> run) = Pipelines.Start($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{cluster.Bootstrap}}/{{input}}", group: g-{{input}}, offset: earliest}
              stream_output: "kafka://{{cluster.Bootstrap}}/{{output}}"
              input_format: json
              output_format: json
              schema: {stamp: int64, device: text, temperature: float64, status: int64}
            modules:
              - {module_name: valid, module_class: filter, where: "status == 0 and temperature between -50 and 150"}
            performance_tuning: {threads: 1}
            """);
        LongHistogram histogram;
        await using (processor.ConfigureAwait(false))
        {
            histogram = Measure(input, output);
            processor.Stop();
            RunReport report = await run.ConfigureAwait(false);
            if (report.ExitCode != 0)
            {
                throw new InvalidOperationException(report.Message);
            }
        }

        return histogram;
    }

    public async Task<LongHistogram> PeerAsync()
    {
        (string input, string output) = await CreateAsync().ConfigureAwait(false);
        using var stop = new CancellationTokenSource();
        var thread = new Thread(() => Loop(input, output, stop.Token));
        thread.Start();
        LongHistogram histogram = Measure(input, output);
        await stop.CancelAsync().ConfigureAwait(false);
        thread.Join();
        return histogram;
    }

    private async Task<(string Input, string Output)> CreateAsync()
    {
        string input = string.Create(CultureInfo.InvariantCulture, $"latency-{Interlocked.Increment(ref s_runs)}");
        await cluster.CreateAsync(input).ConfigureAwait(false);
        await cluster.CreateAsync(input + "-out").ConfigureAwait(false);
        return (input, input + "-out");
    }

    private void Loop(string input, string output, CancellationToken stop)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Clients.Consumer(new ConsumerConfig(ConsumeRow.Settings(cluster.Bootstrap, "g-" + input)) { AutoCommitIntervalMs = 100 }); // as often as the engine
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig
        {
            BootstrapServers = cluster.Bootstrap, EnableIdempotence = true, LingerMs = 5, CompressionType = CompressionType.Lz4, Partitioner = Partitioner.Murmur2Random,
        });
        consumer.Subscribe(input);
        var row = new ArrayBufferWriter<byte>(256);
        while (!stop.IsCancellationRequested)
        {
            if (consumer.Consume(20) is not { } result)
            {
                continue;
            }

            (long stamp, SensorMessage event_) = Read(result.Message.Value);
            if (event_.Status != 0 || event_.Temperature is not (>= -50 and <= 150))
            {
                continue;
            }

            row.ResetWrittenCount();
            using (var writer = new Utf8JsonWriter(row, new JsonWriterOptions { SkipValidation = true }))
            {
                writer.WriteStartObject();
                writer.WriteNumber("stamp"u8, stamp);
                writer.WriteString("device"u8, event_.Device);
                writer.WriteNumber("temperature"u8, event_.Temperature);
                writer.WriteNumber("status"u8, event_.Status);
                writer.WriteEndObject();
            }

            Cluster.Send(producer, new TopicPartition(output, Partition.Any), new Message<byte[]?, byte[]?> { Key = result.Message.Key, Value = row.WrittenSpan.ToArray() }, _ => { });
        }

        consumer.Close();
    }

    private static (long Stamp, SensorMessage Event) Read(ReadOnlySpan<byte> json) => (StampOf(json), SensorMessage.Read(json));

    private static long StampOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("stamp"u8) && reader.Read())
            {
                return reader.GetInt64();
            }
        }

        throw new FormatException("a row without a stamp");
    }

    /// <summary>Sends on an open loop and reads the output, in microseconds.</summary>
    private LongHistogram Measure(string input, string output)
    {
        int warmUp = WarmUpSeconds * PerSecond;
        int messages = warmUp + (int)(seconds * PerSecond);
        using IConsumer<byte[]?, byte[]?> reader = Clients.Consumer(new ConsumerConfig { BootstrapServers = cluster.Bootstrap, GroupId = "reader", EnableAutoCommit = false });
        reader.Assign(Cluster.Beginning(output));
        Send(input, 1);
        while (reader.Consume(1000) is null)
        {
            // The group is not joined yet; the clock begins when messages come through.
        }

        var sender = new Thread(() => Send(input, messages));
        sender.Start();
        var histogram = new LongHistogram(60_000_000, 3);
        for (int seen = 0; seen < messages;)
        {
            if (reader.Consume(1000) is { } row)
            {
                long micros = Now() - StampOf(row.Message.Value);
                if (++seen > warmUp)
                {
                    histogram.RecordValue(micros);
                }
            }
        }

        sender.Join();
        return histogram;
    }

    private void Send(string input, int messages)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = cluster.Bootstrap, LingerMs = 2, Acks = Acks.Leader, EnableDeliveryReports = false });
        long start = Now();
        for (int i = 0; i < messages; i++)
        {
            long due = start + (i * 1_000_000L / PerSecond);
            while (Now() < due)
            {
                Thread.Sleep(1); // what is due by then goes at once, each with the time when it was due
            }

            string text = string.Create(CultureInfo.InvariantCulture, $"{{\"stamp\":{due},\"device\":\"device-{i % 1000:D4}\",\"temperature\":21.5,\"status\":0}}");
            Cluster.Send(producer, new TopicPartition(input, Partition.Any), new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes($"k{i % 1000}"), Value = Encoding.UTF8.GetBytes(text) });
        }

        producer.Flush(Timeout.InfiniteTimeSpan);
    }

    private static long Now() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);
}
