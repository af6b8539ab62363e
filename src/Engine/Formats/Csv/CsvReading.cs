using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using DataStream.Flow;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>What the cutters and decoders of one run share: the signs, the fields, and the header maps.</summary>
/// <remarks>
/// A cutter adds a map before it cuts the first record under it, so that a decoder, which learns the number from a payload, finds it in the array that was published before.
/// Files of one layout share one map.
/// </remarks>
internal sealed class CsvReading : FormatReading
{
    private const int NamesShown = 300; // characters of a header in a message: a binary file's first line may be long

    private readonly object _gate = new();
    private readonly HashSet<int> _needed; // places of the fields without which a header will not do
    private HeaderMap[] _maps = [];

    public CsvReading(CsvOptions options, DecodePlan plan)
    {
        Options = options;
        Plan = plan;
        Dialect = new Dialect(options.Delimiter, options.Quote, options.Comment ?? -1, plan.MaxRecordSize) { Escape = options.Escape ?? -1 };
        _needed = [.. Needed(plan)];
        string[] names = [.. plan.Fields.SelectMany(field => field.Sources).Distinct(StringComparer.Ordinal)];
        Names = [.. names.Select(Encoding.UTF8.GetBytes)];
        if (!options.HasHeader)
        {
            // Every name of the schema is a column, in order; a name that two fields use is one.
            _maps = [new HeaderMap(names.Length, [.. plan.Fields.Select(field => field.Sources.Select(source => Array.IndexOf(names, source)).ToArray())])];
        }
    }

    /// <summary>The names in the input that the schema uses, each once, as bytes.</summary>
    public IReadOnlyList<byte[]> Names { get; }

    public CsvOptions Options { get; }

    public DecodePlan Plan { get; }

    public Dialect Dialect { get; }

    public override RecordCutter CreateCutter() => new CsvCutter(this);

    public override MessageCutter CreateMessageCutter(string source) => new CsvMessages(this);

    public override Decoder CreateDecoder() => new CsvDecoder(this, Plan);

    public override Decoder? CreateDecoder(DecodePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (_gate)
        {
            if (_maps.Any(map => Needed(plan).Any(place => map.Columns[place].Length == 0)))
            {
                return null;
            }

            _needed.UnionWith(Needed(plan));
        }

        return new CsvDecoder(this, plan);
    }

    /// <summary>The places, among the fields, of those that a plan uses.</summary>
    public static IEnumerable<int> Needed(DecodePlan plan)
    {
        for (int place = 0; place < plan.Fields.Count; place++)
        {
            if (plan.Fields[place].IsNeeded)
            {
                yield return place;
            }
        }
    }

    /// <summary>The map of this number; any thread.</summary>
    public HeaderMap Map(int header) => Volatile.Read(ref _maps)[header];

    /// <summary>The number of a header's map.</summary>
    /// <exception cref="StopException">A column that the plan uses is not there, or twice: 65.</exception>
    public int Register(IReadOnlyList<byte[]> header, string source, long line)
    {
        string[] names = [.. header.Select(Encoding.UTF8.GetString)];
        var map = new HeaderMap(names.Length, [.. Plan.Fields.Select(field => Find(names, field))]);
        lock (_gate)
        {
            int[] needed = [.. _needed];
            Array.Sort(needed);
            foreach (int place in needed)
            {
                if (map.Columns[place].Length == 0)
                {
                    throw Lacks(names, Plan.Fields[place], source, line);
                }
            }

            int known = Array.IndexOf(_maps, map);
            if (known >= 0)
            {
                return known;
            }

            Volatile.Write(ref _maps, [.. _maps, map]);
            return _maps.Length - 1;
        }
    }

    private static int[] Find(string[] names, DecodeField field) =>
        field.Sources.All(name => IsThereOnce(names, name)) ? [.. field.Sources.Select(name => Array.IndexOf(names, name))] : [];

    private static bool IsThereOnce(string[] names, string name)
    {
        int at = Array.IndexOf(names, name);
        return at >= 0 && Array.IndexOf(names, name, at + 1) < 0;
    }

    private static StopException Lacks(string[] names, DecodeField field, string source, long line)
    {
        string name = field.Sources.First(name => !IsThereOnce(names, name));
        string fault = names.Contains(name) ? "names twice the column" : "has no column";
        string all = names.Length <= 20 ? string.Join(", ", names) : string.Join(", ", names[..20]) + ", …";
        all = all.Length <= NamesShown ? all : all[..NamesShown] + "…";
        return new StopException(ExitCode.BadData, string.Create(null, $"{source}:{line}: the header {fault} '{name}', which the pipeline uses; it has: {all}"));
    }
}
