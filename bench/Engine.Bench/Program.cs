using System;
using System.Globalization;
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

        if (arguments is ["latency", .. var options])
        {
            return LatencyJob.Of(options) is { } job ? job.Run() : 2;
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

        if (arguments is ["csv" or "fields" or "avro", .. var repeats])
        {
            return Micro(arguments[0], repeats.Length > 0 ? int.Parse(repeats[0], CultureInfo.InvariantCulture) : 9);
        }

        Console.Error.WriteLine("usage: bench/run.sh sensors [EVENTS] [ROUNDS]\n       bench/run.sh latency [--seconds N] [--rounds N]\n       bench/run.sh rings [ROUNDS] [ROW]\n       bench/run.sh tuning [EVENTS] [ROUNDS]\n       bench/run.sh msgpack [ROUNDS]\n       bench/run.sh json [ROUNDS]\n       bench/run.sh csv|fields|avro [ROUNDS]");
        return 2;
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
