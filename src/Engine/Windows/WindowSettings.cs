using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Config;

namespace DataStream.Windows;

/// <summary>The kind of a window and its measures, from the one key that names it.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Span">Where windows of fixed size lie; of a session only its delay counts.</param>
/// <param name="Gap">A session's gap, in microseconds.</param>
/// <param name="Count">A count window's rows.</param>
internal sealed record WindowSettings(WindowKind Kind, WindowSpan Span, long Gap, long Count)
{
    private static readonly string[] s_kinds = ["tumbling", "hopping", "session", "count", "global"];

    public string Description => Kind switch
    {
        WindowKind.Tumbling => string.Create(CultureInfo.InvariantCulture, $"tumbling {Span.Size} us"),
        WindowKind.Hopping => string.Create(CultureInfo.InvariantCulture, $"hopping {Span.Size} us every {Span.Every} us"),
        WindowKind.Session => string.Create(CultureInfo.InvariantCulture, $"session with a gap of {Gap} us"),
        WindowKind.Count => string.Create(CultureInfo.InvariantCulture, $"count {Count}"),
        _ => "global",
    };

    /// <summary>Reads the key; null with an error where there is none, more than one, or a bad value.</summary>
    public static WindowSettings? Read(Settings settings, bool hasEventTime, long delay)
    {
        if (settings.Map.Find("calendar") is { } calendar)
        {
            settings.Has(calendar.Key); // known, but not suggested
            settings.Errors.Add(calendar.KeyPlace, "not_supported", "calendar windows are not supported in this version; use tumbling");
            return null;
        }

        List<ConfigEntry> kinds = [.. settings.Map.Where(e => s_kinds.Contains(e.Key) && settings.Has(e.Key))];
        foreach (string kind in s_kinds)
        {
            _ = settings.Has(kind); // all of them are known keys
        }

        if (kinds.Count == 0)
        {
            settings.Missing(s_kinds, $"{settings.Owner} needs one of {string.Join(", ", s_kinds)}");
            return null;
        }

        foreach (ConfigEntry extra in kinds.Skip(1))
        {
            settings.Errors.Add(extra.KeyPlace, "bad_value", $"{settings.Owner} is {kinds[0].Key} already; it takes one of {string.Join(", ", s_kinds)}");
        }

        string name = kinds[0].Key;
        if (!hasEventTime && name is ("tumbling" or "hopping" or "session"))
        {
            settings.Errors.Add(kinds[0].KeyPlace, "needs_event_time", $"a {name} window needs stream_settings.event_time: {{field: …}}");
        }

        return name switch
        {
            "tumbling" => Duration(settings, name) is { } size ? Fixed(WindowKind.Tumbling, size, size, delay) : null,
            "hopping" => Hopping(settings, delay),
            "session" => Session(settings, delay),
            "count" => new WindowSettings(WindowKind.Count, new WindowSpan(true, 0, 0, 0), 0, settings.Integer("count", 1, 1, int.MaxValue)),
            _ => Global(settings),
        };
    }

    private static WindowSettings Fixed(WindowKind kind, long size, long every, long delay) =>
        new(kind, new WindowSpan(false, size, every, delay), 0, 0);

    private static WindowSettings? Global(Settings settings)
    {
        if (!settings.Flag("global", true))
        {
            settings.Error("global", "bad_value", $"'global' of {settings.Owner} is true; name another kind of window instead");
        }

        return new WindowSettings(WindowKind.Global, new WindowSpan(true, 0, 0, 0), 0, 0);
    }

    private static WindowSettings? Hopping(Settings settings, long delay)
    {
        if (settings.Section("hopping") is not { } section)
        {
            return null;
        }

        long? size = RequiredDuration(section, "size");
        long? every = RequiredDuration(section, "every");
        section.RejectUnknown();
        if (size < every)
        {
            section.Error("every", "bad_value", $"'every' of {section.Owner} is longer than 'size': events between the windows would be lost");
            return null;
        }

        return size is { } s && every is { } e ? Fixed(WindowKind.Hopping, s, e, delay) : null;
    }

    private static WindowSettings? Session(Settings settings, long delay)
    {
        if (settings.Section("session") is not { } section)
        {
            return null;
        }

        long? gap = RequiredDuration(section, "gap");
        section.RejectUnknown();
        return gap is { } g ? new WindowSettings(WindowKind.Session, new WindowSpan(false, g, g, delay), g, 0) : null;
    }

    private static long? RequiredDuration(Settings settings, string key)
    {
        if (!settings.Has(key))
        {
            settings.Missing(key);
            return null;
        }

        return Duration(settings, key);
    }

    private static long? Duration(Settings settings, string key)
    {
        long? duration = settings.Duration(key);
        if (duration is < 1 or > WindowSpan.MaxSize)
        {
            settings.Error(key, "bad_duration", $"'{key}' of {settings.Owner} is longer than nothing and at most {WindowSpan.MaxSize / 86_400_000_000}d");
            return null;
        }

        return duration;
    }
}
