using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Formats.Avro;

/// <summary>Brings a writer's schema and a reader's together ("Schema Resolution" of the specification).</summary>
internal sealed class AvroResolver
{
    private const int MaxDepth = 1000; // chains of types that name each other
    private const int MaxPairs = 100_000;

    private readonly Dictionary<(AvroSchema Writer, AvroSchema Reader), AvroSchema> _known = [];

    private AvroResolver()
    {
    }

    /// <summary>The writer's layout with the reader's names. Where they do not fit, values cannot be read.</summary>
    /// <exception cref="AvroSchemaException">The records as a whole do not fit.</exception>
    public static AvroSchema Resolve(AvroSchema writer, AvroSchema reader)
    {
        AvroSchema resolved = new AvroResolver().Resolve(writer, reader, 0);
        return resolved.IsUnreadable ? throw new AvroSchemaException($"the records '{writer.Name}' cannot be read as '{reader.Name}': their names or fields do not fit") : resolved;
    }

    private AvroSchema Resolve(AvroSchema writer, AvroSchema reader, int depth)
    {
        if (depth > MaxDepth || _known.Count > MaxPairs)
        {
            throw new AvroSchemaException("the schemas are too large to be brought together");
        }

        if (_known.TryGetValue((writer, reader), out AvroSchema? known))
        {
            return known;
        }

        if (writer.Kind == AvroKind.Union)
        {
            return Keep(writer, reader, new AvroSchema(AvroKind.Union) { Branches = [.. writer.Branches.Select(branch => Resolve(branch, reader, depth + 1))] });
        }

        if (reader.Kind == AvroKind.Union)
        {
            // The first branch of the same type, else the first that takes it.
            AvroSchema? branch = reader.Branches.FirstOrDefault(b => b.Kind == writer.Kind && Fits(writer, b)) ?? reader.Branches.FirstOrDefault(b => Fits(writer, b));
            return branch is null ? Unreadable(writer) : Resolve(writer, branch, depth + 1);
        }

        if (!Fits(writer, reader))
        {
            return Unreadable(writer);
        }

        switch (writer.Kind)
        {
            case AvroKind.Record:
                return ResolveRecord(writer, reader, depth);
            case AvroKind.Array or AvroKind.Map:
                AvroSchema list = Keep(writer, reader, new AvroSchema(writer.Kind));
                list.Items = Resolve(writer.Items!, reader.Items!, depth + 1);
                return list;
            case AvroKind.Enum:
                return Keep(writer, reader, ResolveEnum(writer, reader));
            default:
                return Keep(writer, reader, ResolveValue(writer, reader));
        }
    }

    private AvroSchema Keep(AvroSchema writer, AvroSchema reader, AvroSchema resolved)
    {
        resolved.CopyLayout(writer);
        _known.Add((writer, reader), resolved);
        return resolved;
    }

    private static AvroSchema ResolveValue(AvroSchema writer, AvroSchema reader)
    {
        // The bytes are as the writer meant them: his unit is the instants', and the reader's meaning counts where he had none.
        bool isSame = writer.Kind == reader.Kind;
        bool areInstants = isSame && writer.Kind == AvroKind.Long && writer.Logical != AvroLogical.None && reader.Logical != AvroLogical.None;
        return new AvroSchema(writer.Kind)
        {
            Name = writer.Name,
            Logical = areInstants ? writer.Logical : isSame ? reader.Logical : AvroLogical.None,
            IsLocal = isSame && reader.IsLocal,
            Precision = reader.Precision,
            Scale = reader.Scale,
            IsSingle = reader.Kind == AvroKind.Float && writer.Kind is AvroKind.Int or AvroKind.Long,
            IsDouble = reader.Kind == AvroKind.Double && writer.Kind is AvroKind.Int or AvroKind.Long,
        };
    }

    private static AvroSchema ResolveEnum(AvroSchema writer, AvroSchema reader)
    {
        string? absent = reader.DefaultSymbol;
        string?[] symbols = [.. writer.Symbols.Select(symbol => reader.Symbols.Contains(symbol) ? symbol : absent)];
        return new AvroSchema(AvroKind.Enum)
        {
            Name = reader.Name,
            SymbolTexts = [.. symbols.Select(symbol => symbol is null ? null : System.Text.Encoding.UTF8.GetBytes(symbol))],
        };
    }

    private AvroSchema ResolveRecord(AvroSchema writer, AvroSchema reader, int depth)
    {
        // Known before its fields are: they may hold it.
        AvroSchema record = Keep(writer, reader, new AvroSchema(AvroKind.Record) { Name = reader.Name });
        var readers = new Dictionary<AvroField, AvroField>();
        var missing = new List<AvroField>();
        foreach (AvroField field in reader.Fields)
        {
            AvroField? source = writer.Fields.FirstOrDefault(f => f.Name == field.Name) ?? writer.Fields.FirstOrDefault(f => field.Aliases.Contains(f.Name));
            if (source is not null)
            {
                readers.TryAdd(source, field);
            }
            else if (field.Default is not null)
            {
                missing.Add(field with { DefaultBytes = AvroDefaults.Encode(field) });
            }
            else
            {
                record.IsUnreadable = true;
            }
        }

        var fields = new List<AvroField>();
        foreach (AvroField field in writer.Fields)
        {
            fields.Add(readers.TryGetValue(field, out AvroField? target)
                ? new AvroField(target.Name, Resolve(field.Schema, target.Schema, depth + 1), [], null)
                : new AvroField(null, field.Schema, [], null));
        }

        record.SetFields([.. fields], missing, writer);
        return record;
    }

    /// <summary>Whether values of the one type can be values of the other, as far as their outsides tell.</summary>
    private static bool Fits(AvroSchema writer, AvroSchema reader)
    {
        if (writer.Kind != reader.Kind)
        {
            return (writer.Kind, reader.Kind) is
                (AvroKind.Int, AvroKind.Long or AvroKind.Float or AvroKind.Double)
                or (AvroKind.Long, AvroKind.Float or AvroKind.Double)
                or (AvroKind.Float, AvroKind.Double)
                or (AvroKind.String, AvroKind.Bytes)
                or (AvroKind.Bytes, AvroKind.String);
        }

        if (writer.Logical == AvroLogical.Decimal && reader.Logical == AvroLogical.Decimal && (writer.Scale != reader.Scale || writer.Precision != reader.Precision))
        {
            return false;
        }

        return writer.Kind switch
        {
            AvroKind.Fixed => writer.Length == reader.Length && HaveOneName(writer, reader),
            AvroKind.Enum or AvroKind.Record => HaveOneName(writer, reader),
            _ => true,
        };
    }

    private static bool HaveOneName(AvroSchema writer, AvroSchema reader) =>
        writer.ShortName == reader.ShortName || reader.Aliases.Contains(writer.Name) || reader.Aliases.Any(alias => alias[(alias.LastIndexOf('.') + 1)..] == writer.Name);

    private static AvroSchema Unreadable(AvroSchema writer)
    {
        var schema = new AvroSchema(writer.Kind) { Name = writer.Name, IsUnreadable = true, SymbolTexts = writer.SymbolTexts, Items = writer.Items, Branches = writer.Branches };
        schema.CopyLayout(writer);
        return schema;
    }
}
