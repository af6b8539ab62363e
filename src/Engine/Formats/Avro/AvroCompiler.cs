using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Formats.Json;

namespace DataStream.Formats.Avro;

/// <summary>Makes, of a writer's schema and the fields that a plan uses, the list of what to do with a record.</summary>
/// <remarks>Cold, once for each schema met; what it makes is shared by all lanes.</remarks>
internal sealed class AvroCompiler
{
    private const int MaxOps = 100_000; // paths through unions of unions multiply

    private readonly AvroWant _root = new();
    private readonly List<AvroWantedField> _fields = [];
    private int _count;

    private AvroCompiler(DecodePlan plan)
    {
        for (int place = 0; place < plan.Fields.Count; place++)
        {
            DecodeField field = plan.Fields[place];
            bool isJoined = field.Path is null && field.Sources.Count > 1;
            for (int part = isJoined ? 0 : -1; field.IsNeeded && part < (isJoined ? field.Sources.Count : 0); part++)
            {
                var wanted = new AvroWantedField(field, place, part);
                _fields.Add(wanted);
                _root.At(StepsOf(wanted)).Fields.Add(wanted);
            }
        }
    }

    /// <param name="schema">The writer's, resolved with the reader's where there is one.</param>
    /// <param name="plan">What is wanted.</param>
    /// <param name="isOneOfMany">Schemas of a subject evolve: what one of them lacks is null in its records, and another has it.</param>
    /// <exception cref="AvroSchemaException">A field that the plan uses is not in the schema.</exception>
    public static AvroOp[] Compile(AvroSchema schema, DecodePlan plan, bool isOneOfMany = false)
    {
        var compiler = new AvroCompiler(plan);
        AvroOp[] ops = compiler.List(schema, compiler._root);
        AvroOp[] joins = [.. compiler._fields.Where(field => field.Part == 0).Select(field => new AvroOp { Kind = AvroOpKind.Join, Place = field.Place, Ordinal = field.Field.Ordinal })];
        if (!isOneOfMany && compiler._fields.FirstOrDefault(field => !field.IsFound) is { } missing)
        {
            string names = string.Join(", ", schema.Fields.Select(f => f.Name).OfType<string>().Take(20));
            names = names.Length <= 300 ? names : names[..300] + "…";
            throw new AvroSchemaException($"the writer's schema has no field '{missing.Source}', which the pipeline uses; it has: {names}");
        }

        return [.. ops, .. joins];
    }

    private static IReadOnlyList<JsonStep> StepsOf(AvroWantedField field) =>
        field.Field.Path is null ? [new JsonStep(field.Source, -1)]
        : JsonPath.TryParse(field.Field.Path, out IReadOnlyList<JsonStep> steps, out string? error) ? steps
        : throw new ArgumentException(error, nameof(field));

    private AvroOp[] List(AvroSchema schema, AvroWant want)
    {
        var ops = new List<AvroOp>();
        Add(schema, want, ops);
        return [.. ops];
    }

    private void Append(List<AvroOp> ops, AvroOp op)
    {
        if (++_count > MaxOps)
        {
            throw new AvroSchemaException("the schema is too large for the paths of the configuration");
        }

        bool joins = op.Kind == AvroOpKind.SkipBytes && ops.Count > 0 && ops[^1].Kind == AvroOpKind.SkipBytes && ops[^1].Length + (long)op.Length <= int.MaxValue;
        if (joins)
        {
            ops[^1] = ops[^1] with { Length = ops[^1].Length + op.Length };
        }
        else
        {
            ops.Add(op);
        }
    }

    private void Add(AvroSchema schema, AvroWant want, List<AvroOp> ops)
    {
        if (schema.Kind == AvroKind.Union)
        {
            AddUnion(schema, want, ops);
            return;
        }

        for (int i = 0; i < want.Fields.Count; i++)
        {
            AvroWantedField field = want.Fields[i];
            field.IsFound = true;
            Append(ops, AvroConversion.Of(schema, field) with { IsRepeated = want.HasInner || i < want.Fields.Count - 1 });
        }

        if (!want.HasInner)
        {
            if (want.Fields.Count == 0)
            {
                Append(ops, Skip(schema));
            }

            return;
        }

        switch (schema.Kind)
        {
            case AvroKind.Record when !schema.IsUnreadable:
                AddRecord(schema, want, ops);
                break;
            case AvroKind.Map when want.Keys.Count > 0:
                AddNulls(want.Indexes.Values, ops);
                Append(ops, new AvroOp { Kind = AvroOpKind.Map, Schema = schema, Keys = want.KeyBytes, Inner = Entries(schema, want.Keys.Values) });
                break;
            case AvroKind.Array when want.Indexes.Count > 0:
                AddNulls(want.Keys.Values, ops);
                Append(ops, new AvroOp { Kind = AvroOpKind.Array, Schema = schema, Indexes = [.. want.Indexes.Keys], Inner = Entries(schema, want.Indexes.Values) });
                break;
            default:
                AddNulls([.. want.Keys.Values, .. want.Indexes.Values], ops);
                Append(ops, Skip(schema));
                break;
        }
    }

    /// <summary>What to do with each wanted entry of a list or map, and behind them with each where it is not there.</summary>
    private AvroOp[][] Entries(AvroSchema schema, IEnumerable<AvroWant> wants)
    {
        AvroWant[] all = [.. wants];
        return [.. all.Select(want => List(schema.Items!, want)), .. all.Select(want => Nulls([want]))];
    }

    private void AddUnion(AvroSchema schema, AvroWant want, List<AvroOp> ops)
    {
        int at = schema.Branches.Length == 2 ? Array.FindIndex(schema.Branches, branch => branch.Kind == AvroKind.Null && !branch.IsUnreadable) : -1;
        if (at < 0)
        {
            Append(ops, new AvroOp { Kind = AvroOpKind.Union, Schema = schema, Inner = [.. schema.Branches.Select(branch => List(branch, want))] });
            return;
        }

        AvroOp[] inner = List(schema.Branches[1 - at], want);
        AvroOp[] none = Nulls([want]);
        Append(ops, new AvroOp { Kind = AvroOpKind.Optional, Null = (byte)(2 * at), Other = (byte)(2 * (1 - at)), Length = inner.Length, Inner = [none] });
        ops.AddRange(inner);
        if (inner is [.., { Kind: AvroOpKind.SkipBytes }])
        {
            Append(ops, new AvroOp { Kind = AvroOpKind.SkipValue, Schema = new AvroSchema(AvroKind.Null) }); // what follows is not joined with what may be left out
        }
    }

    private void AddRecord(AvroSchema schema, AvroWant want, List<AvroOp> ops)
    {
        var left = new Dictionary<string, AvroWant>(want.Keys, StringComparer.Ordinal);
        AddNulls(want.Indexes.Values, ops);
        foreach (AvroField field in schema.Fields)
        {
            if (field.Name is not null && left.Remove(field.Name, out AvroWant? inner))
            {
                Add(field.Schema, inner, ops);
            }
            else
            {
                Append(ops, Skip(field.Schema));
            }
        }

        foreach (AvroField field in schema.Missing)
        {
            if (left.Remove(field.Name!, out AvroWant? inner))
            {
                Append(ops, new AvroOp { Kind = AvroOpKind.Constant, Constant = field.DefaultBytes, Inner = [List(field.Schema, inner)] });
            }
        }

        AddNulls(left.Values, ops);
    }

    private AvroOp[] Nulls(IEnumerable<AvroWant> wants)
    {
        var ops = new List<AvroOp>();
        AddNulls(wants, ops);
        return [.. ops];
    }

    private void AddNulls(IEnumerable<AvroWant> wants, List<AvroOp> ops)
    {
        foreach (AvroWantedField field in wants.SelectMany(want => want.All))
        {
            Append(ops, new AvroOp { Kind = field.Part < 0 ? AvroOpKind.Null : AvroOpKind.PartOfNull, Place = field.Place, Ordinal = field.Field.Ordinal, Length = Math.Max(0, field.Part) });
        }
    }

    private static AvroOp Skip(AvroSchema schema)
    {
        AvroStep step = AvroStep.Of(schema);
        return step.Kind switch
        {
            AvroStepKind.Bytes => new AvroOp { Kind = AvroOpKind.SkipBytes, Length = step.Length },
            AvroStepKind.Long => new AvroOp { Kind = AvroOpKind.SkipLong },
            AvroStepKind.Text => new AvroOp { Kind = AvroOpKind.SkipText },
            AvroStepKind.Optional => new AvroOp { Kind = AvroOpKind.SkipOptional, Null = (byte)step.Length, Schema = schema },
            _ => new AvroOp { Kind = AvroOpKind.SkipValue, Schema = schema },
        };
    }
}
