using System;
using System.Collections.Generic;

namespace DataStream.Modules;

/// <summary>The modules that come with the engine, by the name that a configuration gives as <c>module_class</c>. The planner makes <c>window</c> itself.</summary>
public static class BuiltInModules
{
    private static readonly Dictionary<string, Func<ModuleContext, Module>> s_factories = new(StringComparer.Ordinal)
    {
        ["filter"] = context => new FilterModule(context),
        ["map"] = context => new MapModule(context),
        ["select"] = context => new SelectModule(context),
        ["fill"] = context => new FillModule(context),
        ["clamp"] = context => new ClampModule(context),
        ["fix_time"] = context => new FixTimeModule(context),
        ["deduplicate"] = context => new DeduplicateModule(context),
        ["outlier"] = context => new OutlierModule(context),
    };

    /// <summary>All names, for suggestions.</summary>
    public static IReadOnlyCollection<string> Names => s_factories.Keys;

    /// <summary>The maker of a module, or null where the name is none of these.</summary>
    public static Func<ModuleContext, Module>? Find(string name) => s_factories.GetValueOrDefault(name);
}
