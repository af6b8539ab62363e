using System;
using System.Collections.Generic;
using System.Text;

namespace DataStream.Formats.Avro;

/// <summary>A schema as the specification has it, or what a writer's and a reader's schema come to together: laid out as the writer's, named as the reader's.</summary>
/// <remarks>Named types may refer to themselves, so a record's fields are set when all of them are known. Not changed after that; any thread.</remarks>
internal sealed class AvroSchema
{
    /// <summary>A value has no fixed length.</summary>
    public const long Varies = -1;

    // Longer values fit into no block.
    private const long MaxSize = int.MaxValue;

    private byte[]?[] _symbols = [];

    public AvroSchema(AvroKind kind)
    {
        Kind = kind;
        Length = kind switch
        {
            AvroKind.Null => 0,
            AvroKind.Boolean => 1,
            AvroKind.Float => sizeof(float),
            AvroKind.Double => sizeof(double),
            _ => Varies,
        };
    }

    public AvroKind Kind { get; }

    public AvroLogical Logical { get; init; }

    /// <summary>An instant of some zone that the schema does not name.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Digits behind a decimal's point.</summary>
    public int Scale { get; init; }

    /// <summary>A decimal's digits.</summary>
    public int Precision { get; init; }

    /// <summary>The full name of a record, an enum or a fixed.</summary>
    public string Name { get; init; } = "";

    /// <summary>Full names under which writers may know the type.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The fields of a record, in the order in which they are written.</summary>
    public AvroField[] Fields { get; private set; } = [];

    /// <summary>Fields of the reader's record that the writer's lacks; they have defaults.</summary>
    public AvroField[] Missing { get; private set; } = [];

    /// <summary>An enum's symbols.</summary>
    public IReadOnlyList<string> Symbols { get; init; } = [];

    /// <summary>The symbol that stands for those a reader does not know.</summary>
    public string? DefaultSymbol { get; init; }

    /// <summary>The symbols in UTF-8; null where the reader has none.</summary>
    public byte[]?[] SymbolTexts
    {
        get => _symbols;
        init => _symbols = value;
    }

    /// <summary>The schema of an array's items or a map's values.</summary>
    public AvroSchema? Items { get; set; }

    /// <summary>The branches of a union.</summary>
    public AvroSchema[] Branches { get; set; } = [];

    /// <summary>The bytes of every value, or <see cref="Varies"/>.</summary>
    public long Length { get; private set; }

    /// <summary>A record's way from its first byte behind its last.</summary>
    public AvroStep[] Steps { get; private set; } = [];

    /// <summary>The writer's schema and the reader's do not fit: no value can be read.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>A whole number that the reader's schema makes a float.</summary>
    public bool IsSingle { get; init; }

    /// <summary>A whole number that the reader's schema makes a double.</summary>
    public bool IsDouble { get; init; }

    /// <summary>The name without its namespace.</summary>
    public string ShortName => Name[(Name.LastIndexOf('.') + 1)..];

    public void SetSize(long size) => Length = size;

    public void SetFields(AvroField[] fields)
    {
        Fields = fields;
        long length = 0;
        foreach (AvroField field in fields)
        {
            // A record within itself has no length yet.
            length = length < 0 || field.Schema.Length < 0 ? Varies : length + field.Schema.Length;
            length = length > MaxSize ? Varies : length;
        }

        Length = length;
        Steps = AvroStep.Of(fields);
    }

    /// <summary>Takes over the layout of the writer's record.</summary>
    public void SetFields(AvroField[] fields, IReadOnlyList<AvroField> missing, AvroSchema writer)
    {
        Fields = fields;
        Missing = [.. missing];
        CopyLayout(writer);
    }

    public void CopyLayout(AvroSchema writer)
    {
        Length = writer.Length;
        Steps = writer.Steps;
    }

    public static byte[]?[] TextsOf(IReadOnlyList<string> symbols)
    {
        var texts = new byte[]?[symbols.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Encoding.UTF8.GetBytes(symbols[i]);
        }

        return texts;
    }
}
