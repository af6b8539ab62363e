namespace DataStream.Modules;

/// <summary>How far a module's state reaches.</summary>
public enum Scope
{
    /// <summary>Rows are judged one by one: any number of lanes.</summary>
    Stateless,

    /// <summary>State per key, in order of arrival: lanes own keys, where the module tells them by <see cref="Module.Key"/>.</summary>
    Keyed,

    /// <summary>The order of all rows matters: one lane.</summary>
    Ordered,
}
