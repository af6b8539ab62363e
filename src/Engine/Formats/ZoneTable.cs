using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using DataStream.Kernels;
using NodaTime;
using NodaTime.TimeZones;

namespace DataStream.Formats;

/// <summary>The stretches of constant offset of a time zone, from local time to UTC, without a lookup object per question.</summary>
/// <remarks>
/// Built once from NodaTime's own tz database, whole up to year 2500. Rules that go on beyond repeat with the Gregorian calendar, every 400 years
/// (146,097 days, whole weeks). One owner: it remembers the stretch of the last answer.
/// </remarks>
internal sealed class ZoneTable
{
    private const long CycleMicroseconds = 146_097 * 86_400_000_000L;
    private static readonly Instant s_last = Instant.FromUtc(2500, 1, 2, 0, 0);
    private static readonly long s_cycleStart = s_last.ToUnixTimeTicks() / 10 - (2 * 86_400_000_000L);
    private static readonly ConcurrentDictionary<string, Stretches> s_known = new(StringComparer.Ordinal);

    private readonly Stretches _stretches;
    private int _near;

    private ZoneTable(Stretches stretches) => _stretches = stretches;

    public static IEnumerable<string> Names => DateTimeZoneProviders.Tzdb.Ids;

    public static bool Exists(string name) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    public static ZoneTable Create(string name) => new(s_known.GetOrAdd(name, static n => Stretches.Of(DateTimeZoneProviders.Tzdb[n])));

    /// <summary>The instant of a local time: false in a gap and outside the years 1 to 9999, the earlier one in a fold.</summary>
    public bool TryToUtc(long local, out long utc)
    {
        long cycles = local < s_cycleStart ? 0 : ((local - s_cycleStart) / CycleMicroseconds) + 1;
        long time = local - (cycles * CycleMicroseconds);

        // The first stretch that ends behind the time: in a fold the earlier of two, in a gap the one that begins only later.
        ReadOnlySpan<long> ends = _stretches.LocalEnds;
        int i = _near;
        if (time >= ends[i] || (i > 0 && time < ends[i - 1]))
        {
            i = ends.BinarySearch(time);
            i = i < 0 ? ~i : i + 1;
            _near = i;
        }

        utc = local - _stretches.Offsets[i];
        return time >= _stretches.LocalStarts[i] && utc is >= Timestamps.Min and <= Timestamps.Max;
    }

    private sealed record Stretches(long[] LocalStarts, long[] LocalEnds, long[] Offsets)
    {
        public static Stretches Of(DateTimeZone zone)
        {
            var starts = new List<long>();
            var ends = new List<long>();
            var offsets = new List<long>();
            foreach (ZoneInterval interval in zone.GetZoneIntervals(Instant.FromUtc(1, 1, 1, 0, 0), s_last))
            {
                long offset = interval.WallOffset.Ticks / 10;
                starts.Add(interval.HasStart ? (interval.Start.ToUnixTimeTicks() / 10) + offset : long.MinValue);
                ends.Add(interval.HasEnd && interval.End < s_last ? (interval.End.ToUnixTimeTicks() / 10) + offset : long.MaxValue);
                offsets.Add(offset);
            }

            return new Stretches([.. starts], [.. ends], [.. offsets]);
        }
    }
}
