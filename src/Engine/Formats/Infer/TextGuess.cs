using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Formats.TextLines;

namespace DataStream.Formats.Infer;

/// <summary>Lines that are of a known pattern: access logs, and logs that begin with a time.</summary>
/// <param name="Pattern">For the option.</param>
/// <param name="EntryStarts">Where entries have several lines.</param>
/// <param name="Columns">The pattern's fields.</param>
/// <param name="Reason">For the user.</param>
internal sealed record TextGuess(string Pattern, string? EntryStarts, IReadOnlyList<ColumnGuess> Columns, string Reason)
{
    private const double Enough = 0.9; // of the lines, for a pattern to be believed
    private const double EnoughStarts = 0.05; // of the lines, where the others belong to entries
    private const string AccessTime = "[{time:timestamp \"dd/MMM/yyyy:HH:mm:ss zzz\"}]";

    private static readonly string[] s_access =
    [
        "{host} {ident} {user} " + AccessTime + " \"{request}\" {status:int64} {bytes:int64} \"{referer}\" \"{agent}\"",
        "{host} {ident} {user} " + AccessTime + " \"{request}\" {status:int64} {bytes:int64}",
    ];

    private static readonly string[] s_times =
    [
        "{time:timestamp}", "[{time:timestamp}]", "{time:timestamp \"yyyy-MM-dd HH:mm:ss,fff\"}", "[{time:timestamp \"yyyy-MM-dd HH:mm:ss,fff\"}]",
        "{time:timestamp \"yyyy/MM/dd HH:mm:ss\"}", "{time:timestamp \"dd/MMM/yyyy HH:mm:ss\"}", "{time:timestamp \"dd.MM.yyyy HH:mm:ss\"}",
    ];

    private static readonly string[] s_exactTimes =
    [
        "{time:timestamp \"yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK\"}", "{time:timestamp \"yyyy-MM-dd HH:mm:ss.FFFFFFFK\"}", "{time:timestamp \"yyyy-MM-dd'T'HH:mm:ss,FFFFFFFK\"}", "{time:timestamp \"yyyy-MM-dd HH:mm:ss,FFFFFFFK\"}",
    ];

    private static readonly string[] s_levels = ["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "CRITICAL", "FATAL", "SEVERE"];

    /// <summary>Null where no known pattern fits.</summary>
    public static TextGuess? Of(string text)
    {
        List<string> lines = [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0).Take(2000)];
        if (lines.Count == 0)
        {
            return null;
        }

        foreach (string access in s_access)
        {
            if (Share(access, lines) >= Enough)
            {
                return new TextGuess(access, null, ColumnsOf(access, lines), "an access log");
            }
        }

        // Where some of the others begin with a number, which would be an epoch, the time's form is told.
        bool areMixed = lines.Select(line => Match("{time:timestamp} {rest}", line)).OfType<Dictionary<string, string>>().Select(match => match["time"].Contains('-', StringComparison.Ordinal)).Distinct().Count() > 1;
        foreach (string time in areMixed ? [.. s_exactTimes, .. s_times] : s_times)
        {
            double share = Share(time + " {rest}", lines);
            bool isEntries = share < Enough && share >= EnoughStarts && Share(time + " {rest}", lines[..1]) == 1;
            if (share >= Enough || isEntries)
            {
                List<string> starts = [.. lines.Where(line => Share(time + " {rest}", [line]) == 1)];
                string pattern = HasLevels(time, starts) ? time + " {level} {message}" : time + " {message}";
                return new TextGuess(pattern, isEntries ? time + " " : null, ColumnsOf(pattern, starts), isEntries ? "a log whose entries begin with a time and may have several lines" : "a log whose lines begin with a time");
            }
        }

        return null;
    }

    private static bool HasLevels(string time, List<string> lines) =>
        lines.Count(line => Match(time + " {level} {message}", line) is { } match && s_levels.Contains(match["level"].Trim('[', ']', ':').ToUpperInvariant())) >= lines.Count * Enough;

    private static double Share(string pattern, List<string> lines) => lines.Count(line => Match(pattern, line) is not null) / (double)lines.Count;

    private static List<ColumnGuess> ColumnsOf(string pattern, List<string> lines)
    {
        TextPattern parsed = PatternParser.Parse(pattern, out _)!;
        List<Dictionary<string, string>> matches = [.. lines.Select(line => Match(pattern, line)).OfType<Dictionary<string, string>>()];
        return [.. parsed.Fields.Select(field => Column(field, [.. matches.Select(m => m[field.Name])]))];
    }

    private static ColumnGuess Column(PatternField field, List<string> texts)
    {
        string type = field.Type?.ToString() ?? "text";
        bool hasDash = type == "int64" && texts.Contains("-");
        var column = new ColumnGuess(field.Name, type) { NullWords = hasDash ? ["-"] : [], HasNulls = hasDash };
        if (type != "timestamp")
        {
            return column;
        }

        string? format = field.Formats.Count > 0 ? field.Formats[0] : null;
        var parser = new TimestampParser(field.Formats, null);
        List<long> instants = [.. texts.Select(t => parser.TryParse(Encoding.UTF8.GetBytes(t), out long micros) ? micros : 0)];
        bool isLocal = format is null ? texts.Exists(t => DateTime.TryParse(t, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time) && time.Kind == DateTimeKind.Unspecified)
            : !format.Contains("zzz", StringComparison.Ordinal) && !(format.Contains('K', StringComparison.Ordinal) && texts.TrueForAll(t => t[^1] == 'Z' || t[^6] is '+' or '-'));
        return column with { Time = new TimeGuess(null, instants, isLocal) }; // the format stands in the pattern
    }

    private static Dictionary<string, string>? Match(string pattern, string line)
    {
        // What stands for null in such logs is a dash.
        TextPattern parsed = PatternParser.Parse(pattern, out _)!;
        parsed = parsed.For([.. parsed.Fields.Select((f, i) => new DecodeField(f.Name, f.Type ?? Batches.ColumnType.Text, i) { NullValues = ["-"] })]);
        byte[] text = Encoding.UTF8.GetBytes(line);
        int[] starts = new int[parsed.Fields.Count];
        int[] ends = new int[parsed.Fields.Count];
        return parsed.TryMatch(text, false, starts, ends)
            ? parsed.Fields.Select((field, i) => (field.Name, Encoding.UTF8.GetString(text[starts[i]..ends[i]]))).ToDictionary(StringComparer.Ordinal)
            : null;
    }
}
