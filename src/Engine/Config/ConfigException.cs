using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Config;

/// <summary>A configuration that cannot run, with every mistake found. Exit code 2.</summary>
public sealed class ConfigException : Exception
{
    public ConfigException()
    {
    }

    public ConfigException(string message) : base(message)
    {
    }

    public ConfigException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ConfigException(IReadOnlyList<ConfigError> errors)
        : base(string.Join(Environment.NewLine, errors.Select(e => e.ToString()))) => Errors = errors;

    public IReadOnlyList<ConfigError> Errors { get; } = [];
}
