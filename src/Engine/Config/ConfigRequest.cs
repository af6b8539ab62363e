using System;
using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>What to load, and what to lay over it: command line beats environment beats file.</summary>
/// <param name="File">The path as the user gave it; errors show it so.</param>
public sealed record ConfigRequest(string File)
{
    /// <summary>Options in the order given.</summary>
    public IReadOnlyList<ConfigOverlay> Options { get; init; } = [];

    /// <summary>Variables; null: the process's.</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Files that take the place of the configured input (<c>batch</c>); null: none.</summary>
    public IReadOnlyList<string>? BatchFiles { get; init; }

    /// <summary>A topic of dead letters that takes the place of the configured input (<c>dead replay</c>) and is read up to its present end; null: none.</summary>
    public string? ReplayFrom { get; init; }

    /// <summary>Told each path before it is read, the configuration's and those of secrets: what comes through a pipe can be read once.</summary>
    public Action<string>? BeforeReading { get; init; }

    /// <summary>Names of formats that the program registered.</summary>
    public IReadOnlyCollection<string> RegisteredFormats { get; init; } = [];
}
