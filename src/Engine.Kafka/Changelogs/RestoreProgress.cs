using System;
using System.Diagnostics;
using System.Globalization;

namespace DataStream.Kafka.Changelogs;

/// <summary>Says how far the reading of changelogs is, where that takes its time, and that it is done. Reader thread only.</summary>
/// <param name="say">Gets the sentences.</param>
/// <param name="partitions">How many partitions wait for their states.</param>
internal sealed class RestoreProgress(Action<string> say, int partitions)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly long _began = Stopwatch.GetTimestamp();
    private long _told = Stopwatch.GetTimestamp();
    private long _read;

    public void Note(long read, long all)
    {
        _read = read;
        if (Stopwatch.GetElapsedTime(_told) >= s_interval)
        {
            _told = Stopwatch.GetTimestamp();
            say(string.Create(CultureInfo.InvariantCulture, $"kafka: states of {partitions} partition(s) are being restored: {read} of about {all} messages ({100.0 * read / Math.Max(1, all):F0} %)"));
        }
    }

    /// <summary>So many partitions have theirs.</summary>
    public void End(int restored)
    {
        if (_read > 0)
        {
            say(string.Create(CultureInfo.InvariantCulture, $"kafka: states of {restored} partition(s) were restored: {_read} messages in {Stopwatch.GetElapsedTime(_began).TotalSeconds:F1} s"));
        }
    }
}
