using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats.Infer;

/// <summary>How the texts of a column are instants.</summary>
/// <param name="Format">A .NET custom format; null: RFC 3339 or epoch numbers, which need none.</param>
/// <param name="Instants">The values as microseconds since 1970, local ones as if they were UTC.</param>
/// <param name="IsLocal">Some value has no offset.</param>
/// <param name="IsAmbiguous">Day and month could be the other way round.</param>
internal sealed record TimeGuess(string? Format, IReadOnlyList<long> Instants, bool IsLocal, bool IsAmbiguous = false)
{
    private const long Earliest = 473_385_600_000_000; // 1985, for numbers that only may be instants
    private const long Latest = 4_102_444_800_000_000; // 2100

    /// <summary>Tried in order. Where day and month can be confused, month first stands before day first.</summary>
    private static readonly string[] s_formats =
    [
        "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd HH:mm:ss,FFFFFFF", "yyyy-MM-dd'T'HH:mm:ss,FFFFFFF", "yyyy-M-d H:mm:ss.FFFFFFF", "yyyy-M-d H:mm", "yyyy-M-d",
        "yyyy/MM/dd HH:mm:ss.FFFFFFF", "yyyy/M/d H:mm:ss.FFFFFFF", "yyyy/M/d H:mm", "yyyy/M/d", "yyyy.MM.dd HH:mm:ss.FFFFFFF", "yyyy.MM.dd HH:mm", "yyyy.MM.dd",
        "MM/dd/yyyy HH:mm:ss.FFFFFFF", "dd/MM/yyyy HH:mm:ss.FFFFFFF", "MM/dd/yyyy HH:mm", "dd/MM/yyyy HH:mm", "MM/dd/yyyy", "dd/MM/yyyy",
        "M/d/yyyy h:mm:ss tt", "d/M/yyyy h:mm:ss tt", "M/d/yyyy h:mm tt", "d/M/yyyy h:mm tt",
        "M/d/yyyy H:mm:ss.FFFFFFF", "d/M/yyyy H:mm:ss.FFFFFFF", "M/d/yyyy H:mm", "d/M/yyyy H:mm", "M/d/yyyy", "d/M/yyyy",
        "M/d/yy H:mm", "d/M/yy H:mm", "M/d/yy", "d/M/yy",
        "dd.MM.yyyy HH:mm:ss.FFFFFFF", "dd.MM.yyyy HH:mm", "dd.MM.yyyy", "d.M.yyyy H:mm:ss", "d.M.yyyy H:mm", "d.M.yyyy",
        "MM-dd-yyyy HH:mm:ss", "dd-MM-yyyy HH:mm:ss", "MM-dd-yyyy HH:mm", "dd-MM-yyyy HH:mm", "MM-dd-yyyy", "dd-MM-yyyy",
        "d-MMM-yyyy HH:mm:ss", "d-MMM-yyyy HH:mm", "d-MMM-yyyy", "d MMM yyyy HH:mm:ss", "d MMM yyyy HH:mm", "d MMM yyyy", "d MMMM yyyy", "MMM d, yyyy", "MMMM d, yyyy", "MMM d, yyyy h:mm:ss tt",
        "dd/MMM/yyyy:HH:mm:ss zzz", "ddd, d MMM yyyy HH:mm:ss 'GMT'", "ddd, d MMM yyyy HH:mm:ss zzz", "ddd MMM d HH:mm:ss yyyy",
        "yyyyMMdd'T'HHmmss'Z'", "yyyyMMdd'T'HHmmss", "yyyyMMdd HH:mm:ss", "yyyyMMddHHmmss", "yyyyMMdd",
    ];

    /// <summary>What all of the texts are, or null.</summary>
    /// <param name="name">The column's name: numbers are instants only where it says so.</param>
    /// <param name="texts">The values; not empty.</param>
    /// <param name="misfits">How many of them may be something else; then instants are not numbers.</param>
    public static TimeGuess? Of(string name, IReadOnlyList<string> texts, int misfits = 0)
    {
        bool areNumbers = misfits == 0 && IsNumber(texts[0]);
        if (areNumbers && !SpeaksOfTime(name))
        {
            return null;
        }

        if (Plain(texts, areNumbers, misfits) is { } plain)
        {
            return plain;
        }

        List<TimeGuess> fitting = [];
        foreach (string format in s_formats)
        {
            if (WithFormat(texts, format, areNumbers, misfits) is { } guess)
            {
                fitting.Add(guess);
                if (fitting.Count == 1 && Swapped(format) is not { })
                {
                    break;
                }
            }
        }

        return fitting.Count == 0 ? null : Choose(fitting);
    }

    /// <summary>How far, at most, a value lies behind the highest one before it.</summary>
    public long Disorder()
    {
        long highest = long.MinValue;
        long disorder = 0;
        foreach (long instant in Instants)
        {
            highest = Math.Max(highest, instant);
            disorder = Math.Max(disorder, highest - instant);
        }

        return disorder;
    }

    /// <summary>From the earliest value to the latest.</summary>
    public long Range() => Instants.Max() - Instants.Min();

    private static TimeGuess Choose(List<TimeGuess> fitting)
    {
        TimeGuess first = fitting[0];
        TimeGuess? other = fitting.Find(g => g.Format == Swapped(first.Format!));
        if (other is null)
        {
            return first;
        }

        // Both orders of day and month fit: time mostly goes forward in a file, and in steps that are not months.
        (long Disorder, long Range) firstSpread = (first.Disorder(), first.Range());
        (long Disorder, long Range) otherSpread = (other.Disorder(), other.Range());
        TimeGuess chosen = otherSpread.CompareTo(firstSpread) < 0 ? other : first;
        return chosen with { IsAmbiguous = firstSpread.Disorder == otherSpread.Disorder };
    }

    /// <summary>The format with day and month changed, where that is another one in the list.</summary>
    private static string? Swapped(string format)
    {
        string swapped = format.StartsWith("MM", StringComparison.Ordinal) && format.Length > 3 && format[3] == 'd' ? $"dd{format[2]}MM{format[5..]}"
            : format.StartsWith("M/d/", StringComparison.Ordinal) ? $"d/M/{format[4..]}"
            : "";
        return Array.IndexOf(s_formats, swapped) >= 0 ? swapped : null;
    }

    private static TimeGuess? Plain(IReadOnlyList<string> texts, bool areNumbers, int misfits)
    {
        var instants = new List<long>(texts.Count);
        bool isLocal = false;
        foreach (string text in texts)
        {
            if (!Timestamps.TryParse(Encoding.UTF8.GetBytes(text), out long micros, out bool local)
                || IsNumber(text) != areNumbers || (areNumbers && micros is < Earliest or > Latest))
            {
                if (misfits-- > 0)
                {
                    continue;
                }

                return null;
            }

            isLocal |= local;
            instants.Add(micros);
        }

        return new TimeGuess(null, instants, isLocal);
    }

    private static TimeGuess? WithFormat(IReadOnlyList<string> texts, string format, bool areNumbers, int misfits)
    {
        bool hasOffset = format.Contains("zzz", StringComparison.Ordinal);
        var instants = new List<long>(texts.Count);
        foreach (string text in texts)
        {
            DateTimeStyles styles = hasOffset ? DateTimeStyles.AdjustToUniversal : DateTimeStyles.None;
            if (!DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, styles, out DateTime time))
            {
                if (misfits-- > 0)
                {
                    continue;
                }

                return null;
            }

            long micros = (time - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            if (areNumbers && micros is < Earliest or > Latest)
            {
                return null;
            }

            instants.Add(micros);
        }

        return new TimeGuess(format, instants, !hasOffset);
    }

    private static bool IsNumber(string text) => Numbers.ParseFloat64(Encoding.UTF8.GetBytes(text), out _) == FieldStatus.Value;

    private static bool SpeaksOfTime(string name)
    {
        string lower = name.ToLowerInvariant();
        return lower is "ts" or "t" or "date" or "datum" or "epoch" or "when" or "at"
            || lower.Contains("time", StringComparison.Ordinal) && !lower.Contains("timeout", StringComparison.Ordinal)
            || lower.EndsWith("_at", StringComparison.Ordinal) || lower.EndsWith("_ts", StringComparison.Ordinal) || lower.StartsWith("ts_", StringComparison.Ordinal)
            || lower.EndsWith("date", StringComparison.Ordinal) || lower.StartsWith("date", StringComparison.Ordinal) || lower.Contains("epoch", StringComparison.Ordinal)
            || name.EndsWith("At", StringComparison.Ordinal);
    }
}
