using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Formats.Json;

namespace DataStream.Formats.Avro;

/// <summary>What the plan wants of a value: itself for some fields, and what lies below it.</summary>
internal sealed class AvroWant
{
    public List<AvroWantedField> Fields { get; } = [];

    public SortedDictionary<string, AvroWant> Keys { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<int, AvroWant> Indexes { get; } = [];

    public bool HasInner => Keys.Count > 0 || Indexes.Count > 0;

    /// <summary>All fields that are read here or below.</summary>
    public IEnumerable<AvroWantedField> All => Fields.Concat(Keys.Values.Concat(Indexes.Values).SelectMany(inner => inner.All));

    public byte[][] KeyBytes => [.. Keys.Keys.Select(Encoding.UTF8.GetBytes)];

    public AvroWant At(IReadOnlyList<JsonStep> steps)
    {
        AvroWant want = this;
        foreach (JsonStep step in steps)
        {
            AvroWant? inner;
            if (step.Key is { } key)
            {
                if (!want.Keys.TryGetValue(key, out inner))
                {
                    want.Keys.Add(key, inner = new AvroWant());
                }
            }
            else if (!want.Indexes.TryGetValue(step.Index, out inner))
            {
                want.Indexes.Add(step.Index, inner = new AvroWant());
            }

            want = inner;
        }

        return want;
    }
}
