using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Config;

/// <summary>Collects every mistake, so that a user sees all of them at once.</summary>
public sealed class ConfigErrors(SecretMask secrets)
{
    private const int MaxMessage = 1000;

    private readonly List<ConfigError> _errors = [];
    private readonly HashSet<Place> _silent = [];

    public ConfigErrors() : this(new SecretMask())
    {
    }

    public int Count => _errors.Count;

    /// <summary>What must not be shown in any message.</summary>
    public SecretMask Secrets => secrets;

    /// <summary>Adds a mistake.</summary>
    /// <returns>It as it was kept; null where nothing more is said about that place.</returns>
    public ConfigError? Add(Place place, string code, string message)
    {
        if (_silent.Contains(place))
        {
            return null;
        }

        var error = new ConfigError(place, code, OneLine(secrets.HideAt(place, message)));
        _errors.Add(error);
        return error;
    }

    /// <summary>Takes back a mistake that turned out to be a part of another one.</summary>
    internal void Remove(ConfigError error) => _errors.RemoveAt(_errors.FindIndex(e => ReferenceEquals(e, error)));

    /// <summary>Messages quote what users wrote: without its control characters, and not for ever.</summary>
    private static string OneLine(string message)
    {
        return Texts.Printable(message.Length <= MaxMessage ? message : message[..MaxMessage] + "…");
    }

    /// <summary>Takes no further errors at a place: what is wrong there is reported.</summary>
    public void Silence(Place place) => _silent.Add(place);

    internal void AddAll(ConfigErrors others) => _errors.AddRange(others._errors);

    /// <summary>The errors sorted by place: the file by line and column, then <c>env:</c> by name, then options as given; each once.</summary>
    public IReadOnlyList<ConfigError> Sorted() => _errors.Count == 0 ? [] :
        [.. _errors.Distinct().DistinctBy(Mistake).OrderBy(Rank).ThenBy(e => e.Place.Source.StartsWith("env:", StringComparison.Ordinal) ? e.Place.Source : "", StringComparer.Ordinal)
            .ThenBy(e => CodePlaces.Order(e.Place), StringComparer.Ordinal)
            .ThenBy(e => e.Place.Line).ThenBy(e => e.Place.Column)];

    /// <summary>
    /// One mistake may be met twice, when it is read and when it is planned; several keys may be missing at one place, and code has one place for many.
    /// The one value of a variable or an option is a key that nobody knows, or a target that is taken, only once.
    /// </summary>
    private static (Place, string, string) Mistake(ConfigError error) => (error.Place, error.Code,
        error.Code == "missing_key" || (error.Place.Line == 0 && (error.Place == Place.Code || error.Code is not ("unknown_key" or "shared_target"))) ? error.Message : "");

    private static int Rank(ConfigError error) =>
        error.Place.Source.StartsWith("--", StringComparison.Ordinal) ? 2 : error.Place.Source.StartsWith("env:", StringComparison.Ordinal) ? 1 : 0;
}
