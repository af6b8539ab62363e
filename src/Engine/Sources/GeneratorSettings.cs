using System;
using System.Collections.Generic;
using System.Globalization;
using DataStream.Config;

namespace DataStream.Sources;

/// <summary>What <c>generator:sensors?…</c> is to make.</summary>
public sealed record GeneratorSettings
{
    // Each device has its text ready, of at most 24 bytes, and its end.
    private const int BytesPerDevice = 28;
    private const int MostDevices = 1_000_000;
    private const long MostPerSecond = 1_000_000_000;

    private static readonly string[] s_names = ["events", "rate", "seed", "dirty", "late", "anomalies", "devices", "per_second"];

    /// <summary>How many; null: endless.</summary>
    public long? Events { get; init; }

    /// <summary>Events per second of wall-clock time; null: as fast as they are taken.</summary>
    public long? Rate { get; init; }

    /// <summary>Events per second of event time; null: as <see cref="Rate"/>, or 1,000.</summary>
    public long? PerSecond { get; init; }

    public ulong Seed { get; init; }

    /// <summary>The share of lines that no pipeline can decode.</summary>
    public double Dirty { get; init; }

    /// <summary>The share of events 60 to 120 s of event time behind their place; all others are in order.</summary>
    public double Late { get; init; }

    /// <summary>The share of events 50 to 100 degrees too hot.</summary>
    public double Anomalies { get; init; }

    public int Devices { get; init; } = 100;

    /// <summary>What the devices take.</summary>
    public long Bytes => (long)BytesPerDevice * Devices;

    /// <summary>Reads the URI's parameters; when false, the error says what is wrong.</summary>
    public static bool TryParse(EndpointUri uri, out GeneratorSettings settings, out string error)
    {
        ArgumentNullException.ThrowIfNull(uri);
        settings = new GeneratorSettings();
        error = uri.Path == "sensors" ? "" : $"there is no generator '{uri.Path}'; there is: sensors";
        foreach ((string name, string value) in uri.Query)
        {
            (settings, string mistake) = With(settings, name, value);
            error += (error.Length > 0 && mistake.Length > 0 ? "; " : "") + mistake;
        }

        return error.Length == 0;
    }

    private static (GeneratorSettings Settings, string Error) With(GeneratorSettings settings, string name, string value) => name switch
    {
        "events" => Whole(value, 0, long.MaxValue) is long n ? (settings with { Events = n }, "") : (settings, Wrong(name, value, "a whole number from 0")),
        "rate" => Whole(value, 1, MostPerSecond) is long n ? (settings with { Rate = n }, "")
            : (settings, Wrong(name, value, "whole events per second, from 1 to 1000000000")),
        "per_second" => Whole(value, 1, MostPerSecond) is long n ? (settings with { PerSecond = n }, "")
            : (settings, Wrong(name, value, "whole events per second of event time, from 1 to 1000000000")),
        "seed" => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong n) ? (settings with { Seed = n }, "")
            : (settings, Wrong(name, value, "a whole number from 0")),
        "devices" => Whole(value, 1, MostDevices) is long n ? (settings with { Devices = (int)n }, "")
            : (settings, Wrong(name, value, "a whole number from 1 to 1000000")),
        "dirty" => Share(value) is double x ? (settings with { Dirty = x }, "") : (settings, Wrong(name, value, "a share from 0 to 1")),
        "late" => Share(value) is double x ? (settings with { Late = x }, "") : (settings, Wrong(name, value, "a share from 0 to 1")),
        "anomalies" => Share(value) is double x ? (settings with { Anomalies = x }, "") : (settings, Wrong(name, value, "a share from 0 to 1")),
        _ => (settings, $"unknown parameter '{name}'{Spelling.Suggest(name, s_names)}"),
    };

    private static string Wrong(string name, string value, string wanted) => $"'{name}={value}' is not {wanted}";

    private static long? Whole(string text, long least, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most ? number : null;

    private static double? Share(string text) => Units.TryParseShare(text, out double share) ? share : null;
}
