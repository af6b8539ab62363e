using System;
using DataStream.Batches;
using DataStream.Modules;

namespace DataStream.Plans;

/// <summary>A class of modules that configurations can name.</summary>
/// <param name="Name">The <c>module_class</c>.</param>
/// <param name="Create">Makes an instance, one per lane.</param>
/// <param name="IsRegistered">The program registered it: where no configuration names it, it is inserted before the first window.</param>
public sealed record ModuleEntry(string Name, Func<ModuleContext, Module> Create, bool IsRegistered = false);
