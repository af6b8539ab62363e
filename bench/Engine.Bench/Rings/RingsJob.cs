using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using DataStream.Rings;

namespace DataStream.Bench.Rings;

/// <summary>
/// The ring beside channels and blocking collections: throughput, round trips, several producers, blocks, one core. Every round runs each case once, with the
/// placement of the cores probed before and after; medians for each placement. The first rounds warm.
/// </summary>
internal sealed class RingsJob(int rounds, string? rows)
{
    private const int WarmRounds = 2;
    private const string Mixed = "moved while it ran";

    private readonly List<Sample> _samples = Samples().FindAll(s => rows is null || s.Row.StartsWith(rows, StringComparison.Ordinal));

    public int Run()
    {
        long start = Stopwatch.GetTimestamp();
        for (int round = -WarmRounds; round < rounds; round++)
        {
            foreach (Sample sample in _samples)
            {
                string before = Placement.Probe();
                double figure = sample.Measure();
                string after = Placement.Probe();
                if (round >= 0)
                {
                    sample.Add(before == after ? before : Mixed, figure);
                }
            }

            Console.Error.WriteLine(round < 0 ? "warmed" : $"round {round + 1} of {rounds}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        }

        Write();
        return 0;
    }

    private static List<Sample> Samples()
    {
        const int Many = 1 << 24, Some = 1 << 20, Few = 1 << 18;
        const string Rate = "M/s", P50 = "ns p50", P99 = "ns p99";
        return
        [
            new("R1", "Channel", Rate, () => Streams.Channel(Some), IsPeer: true),
            new("R1", "BlockingCollection", Rate, () => Streams.Blocking(Few)),
            new("R1", "an array and two positions", Rate, () => BareRing.Stream(Many, 65_536)),
            new("R1", "Ring, busy_spin", Rate, () => Streams.Ring(Many, 1, 65_536, WaitStrategy.BusySpin)),
            new("R1", "Ring, busy_spin, tuned for throughput", Rate, () => Streams.Ring(Many, 1, 65_536, WaitStrategy.BusySpin, RingTuning.Throughput)),
            new("R1", "an array of 1,024 and two positions", Rate, () => BareRing.Stream(Many, 1_024)),
            new("R1", "Ring, 1,024 slots, adaptive", Rate, () => Streams.Ring(Many, 1, 1_024, WaitStrategy.Adaptive)),
            new("R1", "Ring, 1,024 slots, adaptive, tuned for throughput", Rate, () => Streams.Ring(Many, 1, 1_024, WaitStrategy.Adaptive, RingTuning.Throughput)),
            new("R2", "Ring, publish 16", Rate, () => Streams.Ring(Many, 16, 65_536, WaitStrategy.Adaptive)),
            new("R2", "Ring, publish 128", Rate, () => Streams.Ring(Many, 128, 65_536, WaitStrategy.Adaptive)),
            new("R2", "Ring, publish 128, 8-byte events", Rate, () => Streams.RingOfLongs(4 * Many, 128, 65_536)),
            new("R3", "Ring, adaptive (parks)", Rate, () => Streams.Ring(Many, 1, 65_536, WaitStrategy.Adaptive)),
            new("R3", "Ring, adaptive, tuned for throughput", Rate, () => Streams.Ring(Many, 1, 65_536, WaitStrategy.Adaptive, RingTuning.Throughput)),
            new("R3", "Ring, adaptive: idle consumer", "% of a core", () => RoundTrips.Idle(WaitStrategy.Adaptive)),
            new("R4 p50", "raw line", P50, () => RoundTrips.RawLine(0.5), IsPeer: true),
            new("R4 p50", "Channel, both ends spinning", P50, () => RoundTrips.Channels(0.5)),
            new("R4 p50", "Ring, busy_spin", P50, () => RoundTrips.Rings(WaitStrategy.BusySpin, RingTuning.Latency, 0.5)),
            new("R4 p50", "Ring, adaptive, tuned for latency", P50, () => RoundTrips.Rings(WaitStrategy.Adaptive, RingTuning.Latency, 0.5)),
            new("R4 p50", "Ring, adaptive", P50, () => RoundTrips.Rings(WaitStrategy.Adaptive, RingTuning.Balanced, 0.5)),
            new("R4 p99", "raw line", P99, () => RoundTrips.RawLine(0.99), IsPeer: true),
            new("R4 p99", "Channel, both ends spinning", P99, () => RoundTrips.Channels(0.99)),
            new("R4 p99", "Ring, busy_spin", P99, () => RoundTrips.Rings(WaitStrategy.BusySpin, RingTuning.Latency, 0.99)),
            new("R4 p99", "Ring, adaptive, tuned for latency", P99, () => RoundTrips.Rings(WaitStrategy.Adaptive, RingTuning.Latency, 0.99)),
            new("R5", "Channel, two producers", Rate, () => Streams.Channel(Some, producers: 2), IsPeer: true),
            new("R5", "SharedRing, two producers, publish one", Rate, () => Streams.Shared(Many, 1)),
            new("R5", "SharedRing, two producers, publish one, tuned for throughput", Rate, () => Streams.Shared(Many, 1, RingTuning.Throughput)),
            new("R5", "SharedRing, two producers, publish 16", Rate, () => Streams.Shared(Many, 16)),
            new("R6", "Channels there and back, handle and one line", "ns a block", () => Blocks.ChannelNanoseconds(Few), IsPeer: true),
            new("R6", "Ring, handle and one line", "ns a block", () => Blocks.RingNanoseconds(Some)),
            new("R6 rows", "Channels there and back, filled and summed", "M rows/s", () => Blocks.ChannelRows(Few / 8), IsPeer: true),
            new("R6 rows", "Ring, filled and summed", "M rows/s", () => Blocks.RingRows(Few / 8)),
            new("R7", "Channel, one core", Rate, () => Streams.Channel(Some, oneCore: true), IsPeer: true),
            new("R7", "BlockingCollection, one core", Rate, () => Streams.Blocking(Few, oneCore: true)),
            new("R7", "Ring, one core, adaptive", Rate, () => Streams.Ring(Many, 1, 65_536, WaitStrategy.Adaptive, oneCore: true)),
        ];
    }

    private void Write()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""

            ## {DateTime.UtcNow:yyyy-MM-dd}, commit {Machine.Commit}

            {Machine.Description}. `bench/run.sh rings {rounds}`: events of 64 bytes (but where it says otherwise), every field written and summed; pinned to cores
            {Threads.Cores.A} and {Threads.Cores.B} but for several producers (three threads, not pinned); interleaved, {rounds} rounds after {WarmRounds} that warm. The placement of the two cores is probed before and after each
            run: near (one shared cache), far, shared (hyper-threads of one core, or others were using the cores). Median [least … most] of the runs; the
            ratio, for times turned round so that more is better, is to the row's first line. `Disruptor` is not among the peers: its package does not restore here.

            | | What | Unit | Placement | Runs | Figure | Ratio |
            |---|---|---|---|---|---|---|

            """);
        foreach (Sample sample in _samples)
        {
            Sample? peer = _samples.Find(s => s.Row == sample.Row && s.IsPeer);
            foreach ((string placement, List<double> figures) in sample.Figures.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                string ratio = "";
                if (peer is not null && peer.Figures.TryGetValue(placement, out List<double>? peers))
                {
                    double quotient = Results.Median(figures) / Results.Median(peers);
                    ratio = (sample.IsTime ? 1 / quotient : quotient).ToString("G3", CultureInfo.InvariantCulture);
                }

                text.Append(CultureInfo.InvariantCulture,
                    $"| {sample.Row} | {sample.Name} | {sample.Unit} | {placement} | {figures.Count} | {Short(Results.Median(figures))} [{Short(figures.Min())} … {Short(figures.Max())}] | {ratio} |\n");
            }
        }

        Results.Keep("rings.md", "Rings beside channels and blocking collections", text.ToString());
    }

    private static string Short(double figure) => figure.ToString(figure < 10 ? "F2" : figure < 100 ? "F1" : "F0", CultureInfo.InvariantCulture);
}
