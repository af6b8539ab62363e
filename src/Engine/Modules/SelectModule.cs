using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Modules;

/// <summary><c>select: {fields, rename}</c>: which columns go on, in which order, and under which names. Moves no data.</summary>
public sealed class SelectModule : Module
{
    private readonly Settings _settings;
    private readonly IReadOnlyList<ConfigScalar>? _fields;
    private readonly List<(ConfigEntry Entry, ConfigScalar New)> _renames = [];

    public SelectModule(ModuleContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _settings = context.Settings;
        if (_settings.Has("fields"))
        {
            _fields = _settings.List("fields");
            if (_fields.Count == 0 && _settings.Node("fields") is ConfigList { Count: 0 })
            {
                _settings.Error("fields", "bad_value", $"'fields' of {_settings.Owner} names no column; leave it out to keep all of them");
            }
        }

        foreach (ConfigEntry entry in _settings.MapOf("rename") ?? [])
        {
            if (entry.Value is ConfigScalar { IsNull: false, Value.Length: > 0 } name)
            {
                _renames.Add((entry, name));
            }
            else
            {
                _settings.Error(entry.Value, "bad_value", $"'{entry.Key}' in 'rename' of {_settings.Owner} takes the new name");
            }
        }

        if (!_settings.Has("fields") && !_settings.Has("rename"))
        {
            _settings.Missing("fields");
        }

        _settings.RejectUnknown();
    }

    public override void Bind(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        bool wasIncomplete = schema.IsIncomplete;
        List<(Field Field, Place Place)> chosen = _fields is { Count: > 0 } ? Choose(schema, _fields)
            : [.. schema.Fields.Select(f => (f, _settings.OwnerPlace))];
        schema.Show(Rename(schema, chosen, wasIncomplete));
    }

    public override void Process(Batch batch)
    {
    }

    private List<(Field Field, Place Place)> Choose(Schema schema, IReadOnlyList<ConfigScalar> names)
    {
        List<(Field, Place)> chosen = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        bool wasIncomplete = schema.IsIncomplete;
        foreach (ConfigScalar name in names)
        {
            schema.IsIncomplete = wasIncomplete;
            if (!schema.TryFind(name.Value, out Field field))
            {
                Unknown(schema, name.Place, name.Value, schema.Fields.Select(f => f.Name));
            }
            else if (!seen.Add(name.Value))
            {
                _settings.Error(name, "duplicate_column", $"'{name.Shown}' stands in 'fields' of {_settings.Owner} twice");
            }
            else
            {
                chosen.Add((field, name.Place));
            }
        }

        schema.IsIncomplete = wasIncomplete || chosen.Count < names.Count;
        return chosen;
    }

    private List<Field> Rename(Schema schema, List<(Field Field, Place Place)> chosen, bool wasIncomplete)
    {
        // All names change at once, so that two columns can exchange theirs.
        List<(Field Field, Place Place)> renamed = [.. chosen];
        HashSet<int> changed = [];
        foreach ((ConfigEntry entry, ConfigScalar name) in _renames)
        {
            int at = chosen.FindIndex(c => c.Field.Name == entry.Key);
            if (at < 0)
            {
                // One that stands in 'fields' was missed there.
                if (_fields?.Any(f => f.Value == entry.Key) != true)
                {
                    schema.IsIncomplete = wasIncomplete;
                    Unknown(schema, entry.KeyPlace, entry.Key, chosen.Select(c => c.Field.Name));
                }

                schema.IsIncomplete = true;
                continue;
            }

            changed.Add(at);
            renamed[at] = (chosen[at].Field with { Name = name.Value }, name.Place);
        }

        // Of two columns with one name, the renamed one is the mistake.
        HashSet<string> taken = new(StringComparer.Ordinal);
        foreach ((Field field, Place place) in Enumerable.Range(0, renamed.Count).OrderBy(changed.Contains).Select(at => renamed[at]))
        {
            if (!taken.Add(field.Name))
            {
                _settings.Errors.Add(place, "duplicate_column", $"{_settings.Owner} would have two columns named '{field.Name}'");
            }
        }

        return [.. renamed.Select(r => r.Field).DistinctBy(f => f.Name)];
    }

    private void Unknown(Schema schema, Place place, string name, IEnumerable<string> names)
    {
        if (!schema.IsIncomplete)
        {
            // What is missing here would be missed by everything behind, once more.
            schema.IsIncomplete = true;
            string shown = name.Length <= 60 ? name : name[..60] + "…";
            _settings.Errors.Add(place, "unknown_column", $"there is no column '{shown}'{Spelling.Suggest(shown, names)}");
        }
    }
}
