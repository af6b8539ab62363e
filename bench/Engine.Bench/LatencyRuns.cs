using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Runtime;
using HdrHistogram;

namespace DataStream.Bench;

/// <summary>What a run leaves: latencies, collections, and what was allocated on lanes and in the whole process.</summary>
internal sealed record LatencyRun(HistogramBase Nanoseconds, long Events, int Gen0, int Gen1, int Gen2, long AllocatedOnLanes, long AllocatedInAll);

/// <summary>The same work three ways: a filter and a map between a producer that keeps a rate and a callback.</summary>
internal static class LatencyRuns
{
    /// <summary><c>Ingress</c> → filter → map → <c>OnRows</c>.</summary>
    public static LatencyRun Engine(OpenLoop loop, string waitStrategy)
    {
        var config = new PipelineConfig
        {
            Stream = new StreamSettings { Inputs = [new("memory:ticks")], Outputs = [new("main", "memory:readings")] },
            Modules =
            [
                new("valid", "filter") { Settings = new() { ["where"] = "celsius between -50 and 150" } },
                new("fahrenheit", "map") { Settings = new() { ["set"] = new ConfigMap { ["fahrenheit"] = "celsius * 1.8 + 32" } } },
            ],
            Tuning = new PerformanceTuning { WaitStrategy = waitStrategy },
        };
        DataStreamProcessor processor = DataStreamProcessor.Create(config);
        Ingress<Tick> ticks = processor.OpenIngress<Tick>("ticks");
        processor.OnRows("readings", (ReadOnlySpan<Reading> rows) =>
        {
            foreach (ref readonly Reading row in rows)
            {
                loop.Arrive(row.Due);
            }
        });
        Task<RunReport> run = processor.StartAsync(new RunRequest());
        return Measured(loop, () =>
        {
            Produce(loop, tick => ticks.TryPublish(in tick) || ticks.Publish(in tick));
            ticks.Complete();
            RunReport report = run.GetAwaiter().GetResult();
            processor.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return report.ExitCode == 0 ? report.AllocatedBytesLanes : throw new InvalidOperationException(report.Message);
        });
    }

    /// <summary>A bounded channel with one reader and one writer, and a loop that awaits.</summary>
    public static LatencyRun Channel(OpenLoop loop)
    {
        Channel<Tick> channel = System.Threading.Channels.Channel.CreateBounded<Tick>(new BoundedChannelOptions(65_536) { SingleReader = true, SingleWriter = true });
        Task reading = Task.Run(async () =>
        {
            await foreach (Tick tick in channel.Reader.ReadAllAsync())
            {
                if (tick.Celsius is >= -50 and <= 150)
                {
                    var reading = new Reading { Due = tick.Due, Fahrenheit = (tick.Celsius * 1.8) + 32 };
                    loop.Arrive(reading.Due);
                }
            }
        });
        return Measured(loop, () =>
        {
            Produce(loop, tick =>
            {
                while (!channel.Writer.TryWrite(tick))
                {
                    Thread.Yield();
                }

                return true;
            });
            channel.Writer.Complete();
            reading.GetAwaiter().GetResult();
            return 0;
        });
    }

    /// <summary>The command between two pipes, one write per event; latencies until the line was read again.</summary>
    public static HistogramBase Pipe(int events)
    {
        var nanoseconds = new LongHistogram(TimeSpan.FromMinutes(1).Ticks * 100, 3);
        using Process process = Process.Start(new ProcessStartInfo(EngineRun.Executable, ["run", "bench/scenarios/pipe_filter-map_pipe/pipeline.yaml", "--no-progress"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var due = new long[events];
        int warmUp = events / 10;
        var reader = new Thread(() => ReadLines(process.StandardOutput.BaseStream, due, warmUp, nanoseconds)) { IsBackground = true };
        reader.Start();
        var text = new byte[128];
        Stream input = process.StandardInput.BaseStream;
        long start = Stopwatch.GetTimestamp() + Stopwatch.Frequency;
        for (int i = 0; i < events; i++)
        {
            due[i] = start + (i * Stopwatch.Frequency / 1000);
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due[i]) is { TotalMicroseconds: > 200 } left)
            {
                Thread.Sleep(left > TimeSpan.FromMilliseconds(2) ? (int)left.TotalMilliseconds - 1 : 0);
            }

            while (Stopwatch.GetTimestamp() < due[i])
            {
            }

            input.Write(text, 0, Line(text, i));
            input.Flush();
        }

        input.Close();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        reader.Join();
        return process.ExitCode == 0 ? nanoseconds : throw new InvalidOperationException(error);
    }

    private static int Line(byte[] target, int id) => System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"{{\"id\":{id},\"temperature\":{id % 100}}}\n"), target);

    private static void ReadLines(Stream output, long[] due, int warmUp, LongHistogram nanoseconds)
    {
        var buffer = new byte[65_536];
        int line = 0;
        for (int read; (read = output.Read(buffer)) > 0;)
        {
            long now = Stopwatch.GetTimestamp();
            int lines = buffer.AsSpan(0, read).Count((byte)'\n');
            for (; lines > 0; lines--, line++)
            {
                if (line >= warmUp)
                {
                    nanoseconds.RecordValue(Math.Max(0, now - Volatile.Read(ref due[line])) * (1_000_000_000 / Stopwatch.Frequency));
                }
            }
        }
    }

    private static LatencyRun Measured(OpenLoop loop, Func<long> run)
    {
        GC.Collect();
        (int gen0, int gen1, int gen2, long before) = (GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2), GC.GetTotalAllocatedBytes(precise: true));
        long lanes = run();
        return new LatencyRun(loop.Nanoseconds, loop.Arrived, GC.CollectionCount(0) - gen0, GC.CollectionCount(1) - gen1, GC.CollectionCount(2) - gen2,
            lanes, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    /// <summary>The producer has the last core: the lane takes the first.</summary>
    private static void Produce(OpenLoop loop, Func<Tick, bool> give)
    {
        var producer = new PinnedThread("producer", [CpuSet.Allowed()[^1]], () => loop.Give(give));
        producer.Start();
        producer.Join();
    }
}
