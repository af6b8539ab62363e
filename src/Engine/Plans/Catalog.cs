using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Modules;

namespace DataStream.Plans;

/// <summary>Names → factories: module classes and formats, built in and registered. Safe for many threads.</summary>
public sealed class Catalog
{
    /// <summary>The class that the planner makes itself.</summary>
    public const string Window = "window";

    private readonly object _gate = new();
    private readonly List<ModuleEntry> _modules = [];
    private readonly Dictionary<string, Func<Settings, Format>> _formats = new(StringComparer.Ordinal);

    private readonly Dictionary<string, Connector> _connectors = new(StringComparer.Ordinal);

    /// <summary>A catalogue of what is built in.</summary>
    public Catalog()
    {
        foreach (string name in BuiltInModules.Names)
        {
            _modules.Add(new ModuleEntry(name, BuiltInModules.Find(name)!));
        }

        foreach ((string name, Func<Settings, Format> create) in BuiltInFormats.All)
        {
            _formats.Add(name, create);
        }
    }

    /// <summary>Adds a module class; false when the name is taken.</summary>
    public bool TryAdd(ModuleEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_gate)
        {
            if (entry.Name == Window || _modules.Exists(m => m.Name == entry.Name))
            {
                return false;
            }

            _modules.Add(entry);
            return true;
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
        {
            _modules.RemoveAll(m => m.Name == name && m.IsRegistered);
        }
    }

    public ModuleEntry? FindModule(string name)
    {
        lock (_gate)
        {
            return _modules.Find(m => m.Name == name);
        }
    }

    /// <summary>What the program registered, in order.</summary>
    public IReadOnlyList<ModuleEntry> Registered
    {
        get
        {
            lock (_gate)
            {
                return [.. _modules.Where(m => m.IsRegistered)];
            }
        }
    }

    public IReadOnlyList<string> ModuleNames
    {
        get
        {
            lock (_gate)
            {
                return [.. _modules.Select(m => m.Name), Window];
            }
        }
    }

    public IReadOnlyCollection<string> FormatNames
    {
        get
        {
            lock (_gate)
            {
                return [.. _formats.Keys];
            }
        }
    }

    /// <summary>Adds a format; false when the name is taken.</summary>
    public bool TryAddFormat(string name, Func<Settings, Format> create)
    {
        lock (_gate)
        {
            return _formats.TryAdd(name, create);
        }
    }

    /// <summary>Adds a kind of endpoint; false when the scheme is taken.</summary>
    public bool TryAddConnector(Connector connector)
    {
        ArgumentNullException.ThrowIfNull(connector);
        lock (_gate)
        {
            return _connectors.TryAdd(connector.Scheme, connector);
        }
    }

    /// <summary>The connector of a URI's scheme, or null where there is none.</summary>
    public Connector? FindConnector(string scheme)
    {
        lock (_gate)
        {
            return _connectors.GetValueOrDefault(scheme);
        }
    }

    /// <summary>A format with its options, or null where there is none of this name.</summary>
    public Format? CreateFormat(string name, Settings settings)
    {
        Func<Settings, Format>? create;
        lock (_gate)
        {
            _formats.TryGetValue(name, out create);
        }

        return create?.Invoke(settings);
    }
}
