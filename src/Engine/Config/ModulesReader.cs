using System;
using System.Collections.Generic;
using System.Globalization;

namespace DataStream.Config;

/// <summary>Reads <c>data_cleaning</c> and <c>modules</c>: names, classes and <c>on_error</c>; the other keys are the modules' own.</summary>
internal sealed class ModulesReader(OnErrorReader onError, ConfigErrors errors)
{
    private const int MaxName = 100;

    private static readonly string[] s_keys = ["module_name", "module_class", "on_error"];

    private readonly Dictionary<string, Place> _names = new(StringComparer.Ordinal);

    public IList<ModuleConfig> Read(Settings top, string key)
    {
        var modules = new List<ModuleConfig>();
        switch (top.Node(key))
        {
            case null:
                break;
            case ConfigList list:
                for (int i = 0; i < list.Count; i++)
                {
                    if (ReadModule(list[i], string.Create(CultureInfo.InvariantCulture, $"{key}.{i}")) is { } module)
                    {
                        modules.Add(module);
                    }
                }

                break;
            case ConfigNode other:
                top.Error(other, "bad_value", $"'{key}' is a list of modules, each a map with 'module_name' and 'module_class'");
                break;
        }

        return modules;
    }

    private ModuleConfig? ReadModule(ConfigNode node, string path)
    {
        if (node is not ConfigMap map)
        {
            errors.Add(node.Place, "bad_value", "a module is a map with 'module_name', 'module_class' and the class's keys");
            return null;
        }

        string shown = map["module_name"] is ConfigScalar { IsNull: false } written ? written.Shown : "";
        var settings = new Settings(shown.Length == 0 ? "the module" : $"module '{Texts.Short(shown)}'", map.Place, map, errors);
        // The class's own keys are not known here, so a slip in one of these two is looked for and not left to the class.
        var misspelt = new List<string>();
        string name = ReadName(settings, misspelt);
        string className = Required(settings, "module_class", misspelt);
        return new ModuleConfig(name, className)
        {
            OnError = onError.Read(settings),
            Settings = map.Without(["module_name", "module_class", "on_error", .. misspelt]),
            Path = path,
        };
    }

    private string ReadName(Settings settings, List<string> misspelt)
    {
        string name = Required(settings, "module_name", misspelt);
        if (name.Length == 0 || settings.Map["module_name"] is not ConfigScalar scalar)
        {
            return "";
        }

        if (scalar.IsSecret)
        {
            errors.Add(scalar.Place, "bad_value", "a module's name is shown in plans and reports: it cannot be a secret");
            return "";
        }

        if (name.Length > MaxName || name.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            errors.Add(scalar.Place, "bad_value", $"a module's name is one line of at most {MaxName} characters");
        }
        else if (!_names.TryAdd(name, scalar.Place))
        {
            errors.Add(scalar.Place, "duplicate_name", $"there is a module '{Texts.Short(name)}' already, at {_names[name]}; names tell modules apart in reports");
        }

        return name;
    }

    /// <summary>A text with at least a letter, or "" with an error.</summary>
    private static string Required(Settings settings, string key, List<string> misspelt)
    {
        if (!settings.Has(key))
        {
            if (settings.MissingOrMisspelt(key, s_keys) is not { } slip)
            {
                return "";
            }

            // What stands there is judged all the same.
            misspelt.Add(slip);
            key = slip;
        }

        string text = settings.Text(key) ?? "";
        if (text.Length == 0 && settings.Map[key] is ConfigScalar { IsNull: false } empty)
        {
            settings.Error(empty, "bad_value", $"'{key}' of {settings.Owner} must not be empty");
        }

        return text;
    }
}
