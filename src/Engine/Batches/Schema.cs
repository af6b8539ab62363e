using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Batches;

/// <summary>
/// The columns that a module sees, in order. It changes from module to module while the plan is built:
/// each <see cref="Add(string, ColumnType, bool)"/> takes a new column of the batch, also where a name is replaced.
/// </summary>
/// <remarks>
/// The schema records who reads and writes which column, so that the plan decodes only what is used.
/// Not for use after the plan is built, and for one thread.
/// </remarks>
public sealed class Schema
{
    private readonly List<Field> _fields = [];
    private readonly List<ColumnType> _storage = [];
    private readonly List<string> _storageNames = [];

    private readonly List<Field> _asides = [];

    /// <summary>Columns that stand beside the visible ones, found by name and made when first asked for: their types, null where there is no such column.</summary>
    internal Func<string, ColumnType?>? AsideTypes { get; init; }

    /// <summary>The columns that stand beside the visible ones and were asked for.</summary>
    internal IReadOnlyList<Field> Asides => _asides;

    /// <summary>The visible columns in order.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    /// <summary>The types of all columns a batch stores, visible or not, by ordinal.</summary>
    public IReadOnlyList<ColumnType> Storage => _storage;

    /// <summary>The names that the stored columns were made with, by ordinal.</summary>
    public IReadOnlyList<string> StorageNames => _storageNames;

    /// <summary>
    /// A module before failed to bind, so that columns may be missing: complaints about unknown names would be follow-up errors.
    /// </summary>
    public bool IsIncomplete { get; set; }

    /// <summary>What the module now being bound reads and derives.</summary>
    public Dependencies Dependencies { get; internal set; } = new();

    /// <summary>A schema of the same columns: adding to one does not change the other.</summary>
    internal Schema Copy()
    {
        var copy = new Schema { IsIncomplete = IsIncomplete, AsideTypes = AsideTypes };
        copy._asides.AddRange(_asides);
        copy._fields.AddRange(_fields);
        copy._storage.AddRange(_storage);
        copy._storageNames.AddRange(_storageNames);
        return copy;
    }

    /// <summary>Adds a column behind the others, or replaces the one of this name in its place.</summary>
    /// <returns>The field; its ordinal is new in either case, so that the old column's values stay readable.</returns>
    public Field Add(string name, ColumnType type, bool nullable = true)
    {
        ArgumentNullException.ThrowIfNull(name);
        var field = new Field(name, type, _storage.Count, nullable);
        _storage.Add(type);
        _storageNames.Add(name);
        int at = _fields.FindIndex(f => f.Name == name);
        if (at < 0)
        {
            _fields.Add(field);
        }
        else
        {
            _fields[at] = field;
        }

        return field;
    }

    /// <summary>A stored column that no name leads to: scratch space of a module.</summary>
    public int AddHidden(ColumnType type)
    {
        _storage.Add(type);
        _storageNames.Add("");
        return _storage.Count - 1;
    }

    public Column<long> AddInt64(string name) => new(Add(name, ColumnType.Int64).Ordinal);

    public Column<double> AddFloat64(string name) => new(Add(name, ColumnType.Float64).Ordinal);

    public Column<bool> AddBool(string name) => new(Add(name, ColumnType.Bool).Ordinal);

    public Column<Timestamp> AddTimestamp(string name) => new(Add(name, ColumnType.Timestamp).Ordinal);

    public Column<Text> AddText(string name) => new(Add(name, ColumnType.Text).Ordinal);

    /// <summary>Scaled values: 1.25 in a <c>decimal(2)</c> is 125.</summary>
    public Column<long> AddDecimal(string name, int scale) => new(Add(name, ColumnType.Decimal(scale)).Ordinal);

    /// <summary>Finds a column without reading it.</summary>
    public bool TryFind(string name, out Field field)
    {
        field = (_fields.Find(f => f.Name == name) ?? FindAside(name))!;
        return field is not null;
    }

    private Field? FindAside(string name)
    {
        if (_asides.Find(f => f.Name == name) is { } known)
        {
            return known;
        }

        if (AsideTypes?.Invoke(name) is not { } type)
        {
            return null;
        }

        var field = new Field(name, type, _storage.Count, Nullable: true);
        _storage.Add(type);
        _storageNames.Add(name);
        _asides.Add(field);
        return field;
    }

    /// <summary>Finds a column and records that the module being bound reads it.</summary>
    /// <exception cref="SchemaException">There is none of this name or type; the message has what is there.</exception>
    public Field Read(string name, params ReadOnlySpan<ColumnKind> kinds)
    {
        if (!TryFind(name, out Field field))
        {
            throw new SchemaException($"there is no column '{name}'; there is: {string.Join(", ", _fields.Select(f => f.Name))}");
        }

        if (kinds.Length > 0 && !kinds.Contains(field.Type.Kind))
        {
            throw new SchemaException($"column '{name}' is {field.Type}, not {string.Join(" or ", kinds.ToArray().Select(k => k.ToString().ToLowerInvariant()))}");
        }

        Dependencies.Read(field.Ordinal);
        return field;
    }

    public Column<long> Int64(string name) => new(Read(name, ColumnKind.Int64).Ordinal);

    public Column<double> Float64(string name) => new(Read(name, ColumnKind.Float64).Ordinal);

    public Column<bool> Bool(string name) => new(Read(name, ColumnKind.Bool).Ordinal);

    public Column<Timestamp> Timestamp(string name) => new(Read(name, ColumnKind.Timestamp).Ordinal);

    public Column<Text> Text(string name) => new(Read(name, ColumnKind.Text).Ordinal);

    public Column<long> Decimal(string name) => new(Read(name, ColumnKind.Decimal).Ordinal);

    /// <summary>Replaces the visible columns: these fields, in this order.</summary>
    public void Show(IEnumerable<Field> fields)
    {
        Field[] shown = [.. fields];
        _fields.Clear();
        _fields.AddRange(shown);
    }
}
