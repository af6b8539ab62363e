using System;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Plans;

/// <summary>
/// The columns that a faulty module would have made. Where they are known by name they are there without a type, about which nobody
/// complains, and what else is missing behind the module is named; where they are not, nothing can be missed.
/// </summary>
internal static class Unbound
{
    private const string Flagged = "_outlier";

    /// <summary>What a module was to be whose class is missing, by the keys that only one class has; null where none tells.</summary>
    public static string? ClassOf(ConfigMap settings)
    {
        foreach ((string key, string name) in (ReadOnlySpan<(string, string)>)
            [("set", "map"), ("into", "fix_time"), ("threshold", "outlier"), ("where", "filter"), ("within", "deduplicate"), ("with", "fill"), ("min", "clamp"), ("max", "clamp")])
        {
            if (settings.Find(key) is not null)
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Adds what a module makes that there is not, by the class that was probably meant.</summary>
    public static void Add(ModuleConfig module, string? meant, Schema schema)
    {
        switch (meant)
        {
            case "map" when module.Settings["set"] is ConfigMap set:
                foreach (ConfigEntry entry in set)
                {
                    schema.Add(entry.Key, ColumnType.Unknown);
                }

                break;
            case "fix_time" when module.Settings["into"] is ConfigScalar into:
                schema.Add(into.Value, ColumnType.Unknown);
                break;
            case "outlier":
                AddFlag(module.Settings, schema);
                break;
            case "filter" or "clamp" or "fill" or "deduplicate":
                break;
            default:
                schema.IsIncomplete = true;
                break;
        }
    }

    /// <summary>Adds what a module with mistakes in its settings could not add itself.</summary>
    public static void Complete(ModuleConfig module, Schema schema, bool isRegistered)
    {
        schema.IsIncomplete |= isRegistered || module.Class switch
        {
            "select" => true,
            "map" => module.Settings["set"] is not ConfigMap,
            "fix_time" => module.Settings["into"] is not ConfigScalar,
            _ => false,
        };
        if (module.Class == "outlier")
        {
            AddFlag(module.Settings, schema);
        }
    }

    /// <summary>The column of <c>action: flag</c>, unless it is another action for certain; of a misspelt field that of the one that was meant.</summary>
    private static void AddFlag(ConfigMap settings, Schema schema)
    {
        if (settings["action"] is ConfigScalar { Value: "drop" or "clip" or "null" })
        {
            return;
        }

        string? written = (settings["field"] as ConfigScalar)?.Value;
        string? meant = written is null ? null
            : schema.TryFind(written, out _) ? written
            : Spelling.Find(written.Length <= 60 ? written : "", schema.Fields.Select(f => f.Name));
        schema.IsIncomplete |= meant is null;
        foreach (string name in ((string?[])[written, meant]).OfType<string>())
        {
            if (!schema.TryFind(name + Flagged, out _))
            {
                schema.Add(name + Flagged, ColumnType.Unknown);
            }
        }
    }
}
