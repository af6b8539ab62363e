using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Extensions.Logging;

namespace DataStream.Host.Terminal;

/// <summary>Log lines on stderr, <c>12:34:56.789 warning Category: message</c>, each written at once; levels by category as <c>logging_level</c> gives them.</summary>
internal sealed class StderrLog : ILoggerFactory
{
    private readonly TextWriter _target;
    private readonly List<Least> _levels = [];
    private readonly object _gate = new();

    /// <param name="levels">Level names by category; a category is meant by its beginning up to a point, and "" is the default.</param>
    public StderrLog(TextWriter target, IEnumerable<KeyValuePair<string, string>> levels)
    {
        _target = target;
        foreach ((string category, string level) in levels)
        {
            _levels.Add(new Least(category, LevelOf(level)));
        }

        // Each category is there once, and of two that fit the longer one counts.
        _levels.Sort(static (one, other) => other.Category.Length.CompareTo(one.Category.Length));
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName, LevelFor(categoryName));

    /// <summary>Where lines go is fixed.</summary>
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the log goes to stderr alone");

    public void Dispose()
    {
    }

    /// <summary>The level named in the configuration; <c>info</c> for what is not known.</summary>
    public static LogLevel LevelOf(string name) => name switch
    {
        "trace" => LogLevel.Trace,
        "debug" => LogLevel.Debug,
        "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "critical" => LogLevel.Critical,
        "none" => LogLevel.None,
        _ => LogLevel.Information,
    };

    private LogLevel LevelFor(string category)
    {
        foreach ((string prefix, LogLevel level) in _levels)
        {
            if (prefix.Length == 0 || category == prefix || category.StartsWith(prefix + ".", StringComparison.OrdinalIgnoreCase))
            {
                return level;
            }
        }

        return LogLevel.Information;
    }

    private void Write(string line)
    {
        lock (_gate)
        {
            _target.WriteLine(line);
        }
    }

    private sealed record Least(string Category, LogLevel Level);

    private sealed class Logger(StderrLog log, string category, LogLevel least) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            string level = logLevel == LogLevel.Information ? "info" : logLevel.ToString().ToLowerInvariant();
            string line = string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss.fff} {level} {category}: {Printable.Line(formatter(state, exception))}");
            log.Write(exception is null ? line : line + Environment.NewLine + exception);
        }
    }
}
