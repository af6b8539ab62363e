using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace DataStream.Formats.Avro;

/// <summary>Reads a schema from JSON, as of the Avro 1.11 specification.</summary>
/// <remarks>Cold. Hostile texts end in an <see cref="AvroSchemaException"/>: depth and length are bounded, a type that is named twice shares one object.</remarks>
internal sealed class AvroSchemaParser
{
    /// <summary>How deep types may be written in each other.</summary>
    public const int MaxDepth = 64;

    /// <summary>The most bytes of a schema.</summary>
    public const int MaxLength = 4 << 20;

    private readonly Dictionary<string, AvroSchema> _named = new(StringComparer.Ordinal);

    private AvroSchemaParser()
    {
    }

    /// <exception cref="AvroSchemaException">It is no schema.</exception>
    public static AvroSchema Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxLength)
        {
            throw new AvroSchemaException($"the schema is longer than {MaxLength >> 20} MiB");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 * MaxDepth });
            AvroSchema schema = new AvroSchemaParser().Read(document.RootElement.Clone(), "", 0);
            return schema.Kind == AvroKind.Record ? schema : Wrapped(schema);
        }
        catch (JsonException mistake)
        {
            throw new AvroSchemaException($"the schema is no JSON: {mistake.Message}", mistake);
        }
        catch (InvalidOperationException mistake)
        {
            throw new AvroSchemaException("the schema holds text that is no Unicode", mistake);
        }
    }

    /// <summary>Values that are no records are read as records of one field, <c>value</c>; the bytes are the same.</summary>
    private static AvroSchema Wrapped(AvroSchema schema)
    {
        var record = new AvroSchema(AvroKind.Record) { Name = "" };
        record.SetFields([new AvroField("value", schema, [], null)]);
        return record;
    }

    private AvroSchema Read(JsonElement json, string space, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new AvroSchemaException($"the schema nests its types deeper than {MaxDepth}");
        }

        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return OfName(json.GetString()!, space);
            case JsonValueKind.Array:
                return ReadUnion(json, space, depth);
            case JsonValueKind.Object:
                break;
            default:
                throw new AvroSchemaException($"a type is a name, an object or a list of types, not {Shown(json)}");
        }

        if (!json.TryGetProperty("type", out JsonElement type))
        {
            throw new AvroSchemaException($"a type lacks 'type': {Shown(json)}");
        }

        return type.ValueKind != JsonValueKind.String ? Read(type, space, depth + 1) : type.GetString() switch
        {
            "record" or "error" => ReadRecord(json, space, depth),
            "enum" => ReadEnum(json, space),
            "fixed" => ReadFixed(json, space),
            "array" => new AvroSchema(AvroKind.Array) { Items = Read(Needed(json, "items"), space, depth + 1) },
            "map" => new AvroSchema(AvroKind.Map) { Items = Read(Needed(json, "values"), space, depth + 1) },
            string name when Primitive(name) is { } kind => OfLogical(json, kind),
            string name => OfName(name, space),
            null => throw new AvroSchemaException("a type lacks its name"),
        };
    }

    private static AvroKind? Primitive(string name) => name switch
    {
        "null" => AvroKind.Null,
        "boolean" => AvroKind.Boolean,
        "int" => AvroKind.Int,
        "long" => AvroKind.Long,
        "float" => AvroKind.Float,
        "double" => AvroKind.Double,
        "bytes" => AvroKind.Bytes,
        "string" => AvroKind.String,
        _ => null,
    };

    private AvroSchema OfName(string name, string space)
    {
        if (Primitive(name) is { } kind)
        {
            return new AvroSchema(kind);
        }

        return _named.TryGetValue(FullName(name, space), out AvroSchema? known) || _named.TryGetValue(name, out known)
            ? known
            : throw new AvroSchemaException($"there is no type '{Shown(name)}'");
    }

    /// <summary>A primitive type with a meaning; one that does not fit its type is passed over, as the specification wants.</summary>
    private static AvroSchema OfLogical(JsonElement json, AvroKind kind)
    {
        string meaning = json.TryGetProperty("logicalType", out JsonElement logical) && logical.ValueKind == JsonValueKind.String ? logical.GetString()! : "";
        return (meaning, kind) switch
        {
            ("date", AvroKind.Int) => new AvroSchema(kind) { Logical = AvroLogical.Date, IsLocal = true },
            ("timestamp-millis" or "local-timestamp-millis", AvroKind.Long) => new AvroSchema(kind) { Logical = AvroLogical.TimestampMillis, IsLocal = meaning[0] == 'l' },
            ("timestamp-micros" or "local-timestamp-micros", AvroKind.Long) => new AvroSchema(kind) { Logical = AvroLogical.TimestampMicros, IsLocal = meaning[0] == 'l' },
            ("timestamp-nanos" or "local-timestamp-nanos", AvroKind.Long) => new AvroSchema(kind) { Logical = AvroLogical.TimestampNanos, IsLocal = meaning[0] == 'l' },
            ("decimal", AvroKind.Bytes) when Decimal(json) is (int precision, int scale) => new AvroSchema(kind) { Logical = AvroLogical.Decimal, Precision = precision, Scale = scale },
            _ => new AvroSchema(kind),
        };
    }

    private static (int Precision, int Scale)? Decimal(JsonElement json)
    {
        int scale = 0;
        bool isGood = json.TryGetProperty("precision", out JsonElement digits) && digits.ValueKind == JsonValueKind.Number && digits.TryGetInt32(out _)
            && (!json.TryGetProperty("scale", out JsonElement behind) || (behind.ValueKind == JsonValueKind.Number && behind.TryGetInt32(out scale)));
        int precision = isGood ? digits.GetInt32() : 0;
        return precision > 0 && scale >= 0 && scale <= precision ? (precision, scale) : null;
    }

    private AvroSchema ReadRecord(JsonElement json, string space, int depth)
    {
        string name = NameOf(json, space);
        string within = SpaceOf(name);
        var record = new AvroSchema(AvroKind.Record) { Name = name, Aliases = AliasesOf(json, within) };
        Define(record);
        JsonElement list = Needed(json, "fields");
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw new AvroSchemaException($"'fields' of '{Shown(name)}' is no list");
        }

        var fields = new List<AvroField>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonElement item in list.EnumerateArray())
        {
            string field = TextOf(item, "name");
            if (!names.Add(field))
            {
                throw new AvroSchemaException($"'{Shown(name)}' has the field '{Shown(field)}' twice");
            }

            AvroSchema schema = Read(Needed(item, "type"), within, depth + 1);
            fields.Add(new AvroField(field, schema, Texts(item, "aliases"), item.TryGetProperty("default", out JsonElement value) ? value : null));
        }

        record.SetFields([.. fields]);
        return record;
    }

    private AvroSchema ReadEnum(JsonElement json, string space)
    {
        string name = NameOf(json, space);
        IReadOnlyList<string> symbols = Texts(json, "symbols");
        if (symbols.Distinct(StringComparer.Ordinal).Count() != symbols.Count)
        {
            throw new AvroSchemaException($"the enum '{Shown(name)}' has a symbol twice");
        }

        string? absent = json.TryGetProperty("default", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var schema = new AvroSchema(AvroKind.Enum) { Name = name, Aliases = AliasesOf(json, SpaceOf(name)), Symbols = symbols, SymbolTexts = AvroSchema.TextsOf(symbols), DefaultSymbol = absent };
        return Define(schema);
    }

    private AvroSchema ReadFixed(JsonElement json, string space)
    {
        string name = NameOf(json, space);
        JsonElement size = Needed(json, "size");
        if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out int bytes) || bytes < 0)
        {
            throw new AvroSchemaException($"'size' of the fixed '{Shown(name)}' is a whole number below 2^31, not {Shown(size)}");
        }

        bool isDecimal = json.TryGetProperty("logicalType", out JsonElement logical) && logical.ValueKind == JsonValueKind.String && logical.GetString() == "decimal";
        (int precision, int scale) = (isDecimal ? Decimal(json) : null) ?? (0, 0);
        var schema = new AvroSchema(AvroKind.Fixed)
        {
            Name = name, Aliases = AliasesOf(json, SpaceOf(name)), Logical = precision > 0 ? AvroLogical.Decimal : AvroLogical.None, Precision = precision, Scale = scale,
        };
        schema.SetSize(bytes);
        return Define(schema);
    }

    private AvroSchema ReadUnion(JsonElement json, string space, int depth)
    {
        AvroSchema[] branches = [.. json.EnumerateArray().Select(branch => Read(branch, space, depth + 1))];
        if (branches.Length == 0 || branches.Any(branch => branch.Kind == AvroKind.Union))
        {
            throw new AvroSchemaException("a union has at least one branch, and no union as a branch");
        }

        bool isTwice = branches.GroupBy(branch => (branch.Kind, branch.Name)).Any(same => same.Count() > 1);
        return isTwice ? throw new AvroSchemaException("a union has two branches of one type") : new AvroSchema(AvroKind.Union) { Branches = branches };
    }

    private AvroSchema Define(AvroSchema schema) =>
        _named.TryAdd(schema.Name, schema) ? schema : throw new AvroSchemaException($"the type '{Shown(schema.Name)}' is defined twice");

    private static string NameOf(JsonElement json, string space)
    {
        string name = TextOf(json, "name");
        string own = json.TryGetProperty("namespace", out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : space;
        return FullName(name, own);
    }

    private static IReadOnlyList<string> AliasesOf(JsonElement json, string space) => [.. Texts(json, "aliases").Select(alias => FullName(alias, space))];

    private static string FullName(string name, string space) => space.Length == 0 || name.Contains('.', StringComparison.Ordinal) ? name : $"{space}.{name}";

    private static string SpaceOf(string name) => name.LastIndexOf('.') is >= 0 and int at ? name[..at] : "";

    private static JsonElement Needed(JsonElement json, string key) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(key, out JsonElement value) ? value : throw new AvroSchemaException($"a type lacks '{key}': {Shown(json)}");

    private static string TextOf(JsonElement json, string key) =>
        Needed(json, key) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : throw new AvroSchemaException($"'{key}' is a text: {Shown(json)}");

    private static IReadOnlyList<string> Texts(JsonElement json, string key)
    {
        if (!json.TryGetProperty(key, out JsonElement list))
        {
            return [];
        }

        return list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw new AvroSchemaException($"'{key}' is a list of names: {Shown(json)}");
    }

    private static string Shown(JsonElement json) => Shown(json.GetRawText());

    private static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (char sign in text.AsSpan(0, Math.Min(text.Length, 80)))
        {
            shown.Append(char.IsControl(sign) ? ' ' : sign);
        }

        return text.Length > 80 ? shown.Append('…').ToString() : shown.ToString();
    }
}
