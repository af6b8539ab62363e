using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Expressions;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Modules;
using DataStream.Windows;

namespace DataStream.Plans;

/// <summary>Binds a configuration's modules to a schema, once per lane: every lane has its own instances.</summary>
internal sealed class ChainBuilder(PipelineConfig config, Catalog catalog, IReadOnlyList<DecodeField> fields, MemoryBudget budget, IReadOnlyList<OutputPlan> outputs, bool hasMessages)
{
    private readonly EventTimeConfig? _eventTime = config.Stream.EventTime;

    /// <summary>Nothing is added to the modules: rows are only to have their key.</summary>
    public bool IsFirstHalf { get; init; }

    /// <summary>Also where it was to be one: that it is not is reported.</summary>
    private bool HasEventTime => _eventTime is not null || config.Stream.IsEventTimeFaulty;

    /// <summary>Builds one lane's chain; mistakes go to <paramref name="errors"/>.</summary>
    public BoundChain Build(ConfigErrors errors)
    {
        var schema = new Schema { IsIncomplete = fields.Count == 0, AsideTypes = hasMessages ? MessageColumns.TypeOf : null }; // a missing schema was reported
        foreach (DecodeField field in fields)
        {
            schema.Add(field.Name, field.Type, field.Nullable);
        }

        var chain = new BoundChain { Schema = schema, Fields = fields };
        List<ModuleConfig> modules = WithRegistered();
        int leading = _eventTime is null ? 0 : modules.TakeWhile(m => m.Class == "fix_time").Count();
        Schema current = schema;
        for (int i = 0; i < modules.Count; i++)
        {
            if (i == leading)
            {
                BindEventTime(chain, errors);
            }

            chain.StageNames.Add(modules[i].Name);
            if (modules[i].Class == Catalog.Window)
            {
                current = BindWindow(modules[i], chain, current, errors);
            }
            else if (BindModule(modules[i], i + 1, current, errors) is { } bound)
            {
                (i < leading ? chain.Leading : chain.Results is null ? chain.Before : chain.After).Add(bound);
                NoteScope(bound, chain, isBehindWindow: chain.Results is not null);
            }
        }

        if (leading == modules.Count)
        {
            BindEventTime(chain, errors);
        }

        BindOutputs(chain, current, errors);
        return chain;
    }

    /// <summary>The lane's chain with one more module before the window, or at the end; its other modules are the same instances. Mistakes go to <paramref name="errors"/>.</summary>
    public BoundChain Extend(BoundChain chain, string name, ConfigErrors errors)
    {
        int number = chain.Leading.Count + chain.Before.Count + 1;
        Schema schema = chain.Schema.Copy();
        BoundModule? added = BindModule(new ModuleConfig(name, name), number, schema, errors);
        var next = new BoundChain
        {
            Schema = schema, Fields = chain.Fields, Window = chain.Window, WindowName = chain.WindowName, WindowNeeds = chain.WindowNeeds,
            Results = chain.Results, EventTime = chain.EventTime, OneLane = chain.OneLane, Added = added,
        };
        next.Leading.AddRange(chain.Leading);
        next.Before.AddRange(chain.Before);
        next.After.AddRange(chain.After.Select(m => m with { Number = m.Number + 1 }));
        next.StageNames.Clear();
        next.StageNames.AddRange(chain.StageNames);
        next.StageNames.Insert(number, name);
        if (added is not null)
        {
            next.Before.Add(added);
            NoteScope(added, next, isBehindWindow: false);
        }

        next.AtWindow = [.. schema.Fields];
        BindOutputs(next, chain.Results ?? schema, errors);
        return next;
    }

    /// <summary>Registered modules that no configuration names run before the first window, or at the end.</summary>
    private List<ModuleConfig> WithRegistered()
    {
        List<ModuleConfig> modules = [.. config.DataCleaning, .. config.Modules];
        int at = modules.FindIndex(m => m.Class == Catalog.Window);
        at = at < 0 ? modules.Count : at;
        foreach (ModuleEntry entry in IsFirstHalf ? [] : catalog.Registered)
        {
            if (!modules.Exists(m => m.Class == entry.Name))
            {
                modules.Insert(at++, new ModuleConfig(entry.Name, entry.Name));
            }
        }

        return modules;
    }

    private void BindEventTime(BoundChain chain, ConfigErrors errors)
    {
        if (_eventTime is null)
        {
            return;
        }

        Schema schema = chain.Schema;
        Place place = config.PlaceOf("stream_settings.event_time.field");
        if (!schema.TryFind(_eventTime.Field, out Field field))
        {
            if (schema.IsIncomplete)
            {
                return;
            }

            bool isMadeLater = config.DataCleaning.Concat(config.Modules).Any(m => Makes(m, _eventTime.Field));
            errors.Add(place, "event_time", isMadeLater
                ? $"the event time '{_eventTime.Field}' is made by a module; only fix_time modules at the very beginning may make it, since every decoded event moves the watermark"
                : $"there is no column '{_eventTime.Field}'{Spelling.Suggest(_eventTime.Field, schema.Fields.Select(f => f.Name))}");
        }
        else if (field.Type.Kind is not (ColumnKind.Timestamp or ColumnKind.Unknown))
        {
            errors.Add(place, "event_time", $"the event time '{field.Name}' is {field.Type}, not timestamp; give it that type in the schema, or make it with a leading fix_time");
        }
        else
        {
            chain.EventTime = field.Ordinal;
        }
    }

    private static bool Makes(ModuleConfig module, string column) =>
        (module.Settings["set"] as ConfigMap)?.Find(column) is not null || (module.Settings["into"] as ConfigScalar)?.Value == column;

    private BoundModule? BindModule(ModuleConfig module, int number, Schema schema, ConfigErrors errors)
    {
        if (module.Name == "decode")
        {
            errors.Add(config.PlaceOf(module.Path + ".module_name"), "reserved_name", "'decode' is the name of the first stage in reports and dead letters; give the module another one");
        }

        if (module.Class.Length == 0)
        {
            Unbound.Add(module, Unbound.ClassOf(module.Settings), schema); // a missing class was reported
            return null;
        }

        if (catalog.FindModule(module.Class) is not { } entry)
        {
            errors.Add(config.PlaceOf(module.Path + ".module_class"), "unknown_class",
                $"there is no module class '{module.Class}'{Spelling.Suggest(module.Class, catalog.ModuleNames)}");
            Unbound.Add(module, Spelling.Find(module.Class, catalog.ModuleNames), schema);
            return null;
        }

        var settings = new Settings($"module '{module.Name}'", config.PlaceOf(module.Path), module.Settings, errors);
        var needs = new Dependencies();
        schema.Dependencies = needs;
        int stored = schema.Storage.Count;
        try
        {
            Module instance = entry.Create(new ModuleContext(module.Name, settings, budget.OpenModule(module.Name))
            {
                HasEventTime = HasEventTime,
                MaxOutOfOrderness = _eventTime?.MaxOutOfOrderness ?? 0,
            });
            instance.Bind(schema);
            if (entry.IsRegistered)
            {
                settings.RejectUnknown(); // built-in modules have done so
            }

            if (settings.HasErrors)
            {
                Unbound.Complete(module, schema, entry.IsRegistered);
            }

            foreach (Field field in entry.IsRegistered ? instance.Key ?? [] : [])
            {
                needs.Read(field.Ordinal);
            }

            return new BoundModule(module.Name, module.Class, instance, needs, number)
            {
                IsRegistered = entry.IsRegistered,
                Added = Named(schema, stored),
            };
        }
        catch (SchemaException exception)
        {
            if (!schema.IsIncomplete)
            {
                errors.Add(settings.OwnerPlace, "bad_column", $"module '{module.Name}': {exception.Message}");
            }

            schema.IsIncomplete = true;
            return null;
        }
        catch (Exception theirs) when (entry.IsRegistered && theirs is not (StopException or OutOfMemoryException))
        {
            errors.Add(settings.OwnerPlace, "module_failed", $"module '{module.Name}' of the program threw {theirs.GetType().Name} when it was bound: {theirs.Message}");
            schema.IsIncomplete = true;
            return null;
        }
    }

    private Schema BindWindow(ModuleConfig module, BoundChain chain, Schema schema, ConfigErrors errors)
    {
        var settings = new Settings($"module '{module.Name}'", config.PlaceOf(module.Path), module.Settings, errors);
        if (chain.Results is not null)
        {
            errors.Add(config.PlaceOf(module.Path + ".module_class"), "second_window", "a second window after a window is not supported in this version");
            schema.Dependencies = new Dependencies();
            _ = WindowPlan.Create(settings, schema, HasEventTime, 0, 0); // for its other mistakes
            return schema;
        }

        schema.Dependencies = chain.WindowNeeds;
        chain.AtWindow = [.. schema.Fields];
        chain.WindowName = module.Name;
        chain.Window = WindowPlan.Create(settings, schema, HasEventTime, _eventTime?.MaxOutOfOrderness ?? 0, _eventTime?.AllowedLateness ?? 0, out Schema results);
        chain.Results = results;
        return results;
    }

    private static void NoteScope(BoundModule module, BoundChain chain, bool isBehindWindow)
    {
        chain.OneLane ??= module.Module.Scope switch
        {
            Scope.Keyed when isBehindWindow => $"'{module.Name}' ({module.Class}) keeps state per key over the results of a window",
            Scope.Keyed when module.Module.Key is null => $"'{module.Name}' ({module.Class}) keeps state per key and does not tell the key",
            Scope.Ordered => $"'{module.Name}' ({module.Class}) needs all rows in order",
            _ => null,
        };
    }

    private void BindOutputs(BoundChain chain, Schema schema, ConfigErrors errors)
    {
        chain.Columns = [.. schema.Fields];
        chain.AtWindow = chain.Results is null ? chain.Columns : chain.AtWindow;
        schema.Dependencies = new Dependencies();
        foreach (OutputConfig output in config.Stream.Outputs.Where(o => o.Where is not null))
        {
            var mistakes = new List<ExpressionError>();
            ConfigScalar where = output.Where!;
            BoundExpression? bound = Expression.Parse(where.Value, mistakes)?.Bind(schema, mistakes);
            foreach (ExpressionError mistake in mistakes)
            {
                errors.Add(where.PlaceAt(mistake.Position), mistake.Code, mistake.Message);
            }

            if (bound is { Type.Kind: not (ColumnKind.Bool or ColumnKind.Unknown) })
            {
                errors.Add(where.Place, "bad_type", bound.IsNull ? $"the condition of output '{output.Name}' is always null: it would get no row" : $"the condition of output '{output.Name}' is {bound.Type}, not bool");
            }
            else if (bound is not null)
            {
                chain.Where[output.Name] = bound;
            }
        }

        foreach (OutputPlan output in outputs.Where(o => o is { Connector: not null, Kind: not OutputKind.Dead }))
        {
            chain.Messages[output.Name] = Connectors.Layout(output, output.Kind == OutputKind.Late ? chain.Schema : schema, errors);
        }
    }

    /// <summary>The ordinals from one on that have names.</summary>
    private static List<int> Named(Schema schema, int from)
    {
        List<int> ordinals = [];
        for (int ordinal = from; ordinal < schema.Storage.Count; ordinal++)
        {
            if (schema.StorageNames[ordinal].Length > 0)
            {
                ordinals.Add(ordinal);
            }
        }

        return ordinals;
    }
}
