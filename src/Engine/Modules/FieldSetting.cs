using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Windows;

namespace DataStream.Modules;

/// <summary>Settings that name columns: found in the schema when a module is bound, a mistake reported at the name.</summary>
/// <remarks>
/// Silent where it would be a follow-up: behind a module that did not bind, for a column whose type could not be told, for a key that is
/// missing and was reported when the settings were read.
/// </remarks>
internal static class FieldSetting
{
    /// <summary>The column that a setting names, or null. The caller records whether it reads or derives.</summary>
    public static Field? Find(ModuleContext context, Schema schema, ConfigScalar? name, params ReadOnlySpan<ColumnKind> kinds)
    {
        if (name is null)
        {
            return null;
        }

        if (!schema.TryFind(name.Value, out Field field))
        {
            if (!schema.IsIncomplete)
            {
                context.Settings.Error(name, "unknown_column", $"there is no column '{Short(name)}'{Spelling.Suggest(Short(name), schema.Fields.Select(f => f.Name))}");
            }

            return null;
        }

        if (field.Type.Kind == ColumnKind.Unknown)
        {
            return null;
        }

        if (kinds.Length > 0 && !kinds.Contains(field.Type.Kind))
        {
            string wanted = string.Join(" or ", kinds.ToArray().Select(k => k.ToString().ToLowerInvariant()));
            context.Settings.Error(name, "wrong_type", $"column '{field.Name}' is {field.Type}; {context.Settings.Owner} takes {wanted}");
            return null;
        }

        return field;
    }

    /// <summary>The columns of a key, or null where one of them cannot be used. No names: no columns, one group.</summary>
    public static IReadOnlyList<Field>? FindAll(ModuleContext context, Schema schema, IReadOnlyList<ConfigScalar> names)
    {
        if (names.Count > KeyShape.MaxColumns)
        {
            context.Settings.Error(names[KeyShape.MaxColumns], "bad_value", $"the key of {context.Settings.Owner} has more than {KeyShape.MaxColumns} columns");
            return null;
        }

        List<Field> fields = [.. names.Select(name => Find(context, schema, name)).OfType<Field>()];
        return fields.Count == names.Count ? fields : null;
    }

    /// <summary>A required setting that names a column; null, with an error, where it is absent or no single value.</summary>
    public static ConfigScalar? Required(ModuleContext context, string key)
    {
        if (!context.Settings.Has(key))
        {
            context.Settings.Missing(key);
        }

        return context.Settings.Scalar(key);
    }

    private static string Short(ConfigScalar name) => name.Shown.Length <= 60 ? name.Shown : name.Shown[..60] + "…";
}
