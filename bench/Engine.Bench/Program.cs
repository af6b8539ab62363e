using System;
using System.Globalization;
using System.Linq;
using DataStream.Bench.Kafka;
using DataStream.Bench.Rings;

namespace DataStream.Bench;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["sensors", .. var rest])
        {
            long events = rest.Length > 0 ? long.Parse(rest[0], CultureInfo.InvariantCulture) : 10_000_000;
            int rounds = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 3;
            return new SensorsJob(events, rounds).Run();
        }

        if (arguments is ["latency" or "quiet", .. var options])
        {
            return LatencyJob.Of(options) is not { } latency ? 2 : arguments[0] == "quiet" ? latency.Quiet() : latency.Run();
        }

        if (arguments is ["kafka", .. var kafka])
        {
            return new KafkaJob(kafka.Length > 0 ? int.Parse(kafka[0], CultureInfo.InvariantCulture) : 5, kafka.Length > 1 ? kafka[1] : "").RunAsync().GetAwaiter().GetResult();
        }

        if (arguments is ["rings", .. var often])
        {
            return new RingsJob(often.Length > 0 ? int.Parse(often[0], CultureInfo.InvariantCulture) : 7, often.Length > 1 ? often[1] : null).Run();
        }

        if (arguments is ["tuning", .. var sizes])
        {
            return new TuningJob(sizes.Length > 0 ? long.Parse(sizes[0], CultureInfo.InvariantCulture) : 5_000_000, sizes.Length > 1 ? int.Parse(sizes[1], CultureInfo.InvariantCulture) : 3).Run();
        }

        if (arguments is ["msgpack", .. var turns])
        {
            using var job = new MessagePackJob(turns.Length > 0 ? int.Parse(turns[0], CultureInfo.InvariantCulture) : 9);
            return job.Run();
        }

        if (arguments is ["json", .. var times])
        {
            using var json = new JsonJob(times.Length > 0 ? int.Parse(times[0], CultureInfo.InvariantCulture) : 9);
            return json.Run();
        }

        if (arguments is ["scaling", .. var many])
        {
            return new ScalingJob(many.Length > 0 ? int.Parse(many[0], CultureInfo.InvariantCulture) : 5).Run();
        }

        if (arguments is ["brc" or "growth" or "statistics" or "exchange" or "plain" or "start", .. var numbers])
        {
            return Whole(arguments[0], [.. numbers.Select(n => long.Parse(n, CultureInfo.InvariantCulture))]);
        }

        if (arguments is ["csv" or "fields" or "avro", .. var repeats])
        {
            return Micro(arguments[0], repeats.Length > 0 ? int.Parse(repeats[0], CultureInfo.InvariantCulture) : 9);
        }

        Console.Error.WriteLine("usage: bench/run.sh sensors [EVENTS] [ROUNDS]\n       bench/run.sh latency [--seconds N] [--rounds N]\n       bench/run.sh quiet [--seconds N]\n       bench/run.sh rings [ROUNDS] [ROW]\n       bench/run.sh kafka [ROUNDS] [K1,K2,K3,K4,K5,repartition,states]\n       bench/run.sh tuning [EVENTS] [ROUNDS]\n       bench/run.sh msgpack [ROUNDS]\n       bench/run.sh json [ROUNDS]\n       bench/run.sh csv|fields|avro [ROUNDS]\n       bench/run.sh brc|growth|statistics|exchange|plain|start [EVENTS] [ROUNDS]\n       bench/run.sh scaling [ROUNDS]");
        return 2;
    }

    /// <summary>Whole processes: a number of events, a number of rounds.</summary>
    private static int Whole(string name, long[] numbers)
    {
        var job = new WholeJob(numbers.Length > 1 ? (int)numbers[1] : 3);
        long? events = numbers.Length > 0 ? numbers[0] : null;
        return name switch
        {
            "brc" => job.Brc(events ?? 100_000_000, 413),
            "growth" => job.Brc(events ?? 10_000_000, 10, 10_000, 1_000_000),
            "statistics" => job.Statistics(events ?? 10_000_000),
            "exchange" => job.Exchange(events ?? 10_000_000),
            "plain" => job.Plain(events ?? 1_000_000),
            _ => job.Start(),
        };
    }

    private static int Micro(string name, int rounds)
    {
        switch (name)
        {
            case "csv":
                using (var csv = new CsvJob(rounds))
                {
                    return csv.Run();
                }

            case "avro":
                using (var avro = new AvroJob(rounds))
                {
                    return avro.Run();
                }

            default:
                return new FieldsJob(rounds).Run();
        }
    }
}
