using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using DataStream.Flow;

namespace DataStream.Formats.Avro;

/// <summary>What the cutters and decoders of one run share: the schemas that were met, each with its operations.</summary>
/// <remarks>
/// A cutter adds a schema before it cuts the first record under it, so that a decoder, which learns the number from a payload, finds it in the array that
/// was published before. Files of one schema share one. Operations are made here, on readers, not on lanes.
/// </remarks>
internal sealed class AvroReading : FormatReading
{
    private const int MaxLayouts = 10_000; // a stream of ever new schemas ends with a message, not without memory

    private readonly object _gate = new();
    private readonly Dictionary<(string Json, int Prefix), int> _known = [];
    private readonly List<DecodePlan> _plans;
    private AvroLayout[] _layouts = [];

    public AvroReading(AvroOptions options, DecodePlan plan)
    {
        Options = options;
        Plan = plan;
        _plans = [plan];
    }

    public AvroOptions Options { get; }

    public DecodePlan Plan { get; }

    public override RecordCutter CreateCutter() => new AvroCutter(this);

    public override MessageCutter CreateMessageCutter(string source) => new AvroMessages(this, source);

    public override Decoder CreateDecoder() => new AvroDecoder(this, Plan, 0);

    public override Decoder? CreateDecoder(DecodePlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (_gate)
        {
            try
            {
                AvroLayout[] layouts = [.. _layouts.Select(layout => layout.With(plan))];
                _plans.Add(plan);
                Volatile.Write(ref _layouts, layouts);
            }
            catch (AvroSchemaException)
            {
                return null; // what was read so far lacks a column
            }

            return new AvroDecoder(this, plan, _plans.Count - 1);
        }
    }

    /// <summary>The schema of this number; any thread.</summary>
    public AvroLayout Layout(int schema) => Volatile.Read(ref _layouts)[schema];

    /// <summary>The number of a writer's schema.</summary>
    /// <exception cref="StopException">It is none, does not fit the reader's, or lacks a field that the plan uses: 65.</exception>
    public int Register(byte[] json, int prefix, string source)
    {
        try
        {
            return Add(json, prefix, source);
        }
        catch (AvroSchemaException mistake)
        {
            throw new StopException(ExitCode.BadData, $"{source}: {mistake.Message}", mistake);
        }
    }

    /// <summary>The same, where a schema that cannot be used is the writer's affair.</summary>
    /// <exception cref="AvroSchemaException">It is none, does not fit the reader's, or lacks a field that the plan uses.</exception>
    /// <exception cref="StopException">There are too many: 65.</exception>
    public int Add(byte[] json, int prefix, string source)
    {
        string key = Convert.ToBase64String(json);
        lock (_gate)
        {
            if (_known.TryGetValue((key, prefix), out int known))
            {
                return known;
            }

            AvroSchema writer = AvroSchemaParser.Parse(json);
            if (prefix == 0 && writer.Length == 0)
            {
                throw new AvroSchemaException("the writer's schema gives records no bytes, so they cannot be told apart");
            }

            AvroSchema schema = Options.Schema is { } reader ? AvroResolver.Resolve(writer, AvroSchemaParser.Parse(reader)) : writer;
            AvroLayout layout = _plans.Aggregate(new AvroLayout(schema, prefix), (known, plan) => known.With(plan));
            if (_layouts.Length == MaxLayouts)
            {
                throw new StopException(ExitCode.BadData, $"{source}: there are more than {MaxLayouts} schemas");
            }

            Volatile.Write(ref _layouts, [.. _layouts, layout]);
            _known.Add((key, prefix), _layouts.Length - 1);
            return _layouts.Length - 1;
        }
    }
}
