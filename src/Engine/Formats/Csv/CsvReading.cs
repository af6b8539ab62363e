using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using DataStream.Flow;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>What the cutters and decoders of one run share: the signs, the needed fields, and the header maps.</summary>
/// <remarks>
/// A cutter adds a map before it cuts the first record under it, so that a decoder, which learns the number from a payload, finds it in the array that was published before.
/// Files of one layout share one map.
/// </remarks>
internal sealed class CsvReading : FormatReading
{
    private const int NamesShown = 300; // characters of a header in a message: a binary file's first line may be long

    private readonly object _gate = new();
    private HeaderMap[] _maps = [];

    public CsvReading(CsvOptions options, DecodePlan plan)
    {
        Options = options;
        Plan = plan;
        Dialect = new Dialect(options.Delimiter, options.Quote, options.Comment ?? -1, plan.MaxRecordSize);
        Needed = [.. plan.Fields.Where(field => field.IsNeeded)];
        if (!options.HasHeader)
        {
            // Every name of the schema is a column, in order; a name that two fields use is one.
            string[] names = [.. plan.Fields.SelectMany(field => field.Sources).Distinct(StringComparer.Ordinal)];
            _maps = [new HeaderMap(names.Length, [.. Needed.Select(field => field.Sources.Select(source => Array.IndexOf(names, source)).ToArray())])];
        }
    }

    public CsvOptions Options { get; }

    public DecodePlan Plan { get; }

    public Dialect Dialect { get; }

    /// <summary>The fields that the plan uses, in the schema's order.</summary>
    public IReadOnlyList<DecodeField> Needed { get; }

    public override RecordCutter CreateCutter() => new CsvCutter(this);

    public override Decoder CreateDecoder() => new CsvDecoder(this);

    /// <summary>The map of this number; any thread.</summary>
    public HeaderMap Map(int header) => Volatile.Read(ref _maps)[header];

    /// <summary>The number of a header's map.</summary>
    /// <exception cref="StopException">A column that the plan uses is not there, or twice: 65.</exception>
    public int Register(IReadOnlyList<byte[]> header, string source, long line)
    {
        string[] names = [.. header.Select(Encoding.UTF8.GetString)];
        var columns = new int[Needed.Count][];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = [.. Needed[i].Sources.Select(name => Find(names, name, source, line))];
        }

        var map = new HeaderMap(names.Length, columns);
        lock (_gate)
        {
            int known = Array.IndexOf(_maps, map);
            if (known >= 0)
            {
                return known;
            }

            Volatile.Write(ref _maps, [.. _maps, map]);
            return _maps.Length - 1;
        }
    }

    private static int Find(string[] names, string name, string source, long line)
    {
        int at = Array.IndexOf(names, name);
        if (at >= 0 && Array.IndexOf(names, name, at + 1) < 0)
        {
            return at;
        }

        string fault = at < 0 ? "has no column" : "names twice the column";
        string all = names.Length <= 20 ? string.Join(", ", names) : string.Join(", ", names[..20]) + ", …";
        all = all.Length <= NamesShown ? all : all[..NamesShown] + "…";
        throw new StopException(ExitCode.BadData, string.Create(null, $"{source}:{line}: the header {fault} '{name}', which the pipeline uses; it has: {all}"));
    }
}
