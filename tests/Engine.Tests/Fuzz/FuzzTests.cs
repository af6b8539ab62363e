using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using DataStream.Formats;
using Xunit;

namespace DataStream.Tests.Fuzz;

/// <summary>A short fuzz of every format, the same every time; <c>tests/fuzz.sh FORMAT SECONDS</c> goes on with other seeds.</summary>
public sealed class FuzzTests
{
    private const int Short = 100; // mutants

    // No step takes longer than a mutant of four kilobytes deserves, whatever the machine does beside.
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Formats => [.. Environment.GetEnvironmentVariable("DATASTREAM_FUZZ_FORMAT") is { Length: > 0 } name ? [name] : FuzzSubject.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Mutants_are_read_alike_by_every_reader(string format)
    {
        int seconds = int.Parse(Environment.GetEnvironmentVariable("DATASTREAM_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);
        int seed = seconds == 0 ? 20261126 : int.Parse(Environment.GetEnvironmentVariable("DATASTREAM_FUZZ_SEED") ?? Environment.TickCount.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        using var run = new FuzzRun(FuzzSubject.Of(format), seed);
        long start = Stopwatch.GetTimestamp();
        string? finding = Watched(run, () => seconds == 0 ? run.Tried < Short : Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
        Assert.True(finding is null, $"seed {seed}, {finding}");
        TestContext.Current.SendDiagnosticMessage($"{format}: seed {seed}, {run.Tried} mutants, {run.Kept} kept");
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_place_in_the_corpus_may_end_a_read(string format)
    {
        using var run = new FuzzRun(FuzzSubject.Of(format), 1);
        string? finding = run.Replay();
        Assert.True(finding is null, finding);
    }

    /// <summary>Mistakes that a decoder may have, found soon.</summary>
    [Theory]
    [InlineData("csv", PlantedFault.LosesTheLastRow)]
    [InlineData("csv", PlantedFault.MisreadsAValue)]
    [InlineData("json", PlantedFault.Throws)]
    [InlineData("json", PlantedFault.StandsStill)]
    [InlineData("msgpack", PlantedFault.LosesTheLastRow)]
    [InlineData("msgpack", PlantedFault.Throws)]
    internal void A_planted_fault_is_found(string format, PlantedFault fault)
    {
        using var run = new FuzzRun(FuzzSubject.Of(format), 5, reading => new PlantedReading(reading, fault)) { KeepsFindings = false };
        string? finding = null;
        while (finding is null && run.Tried < 2000)
        {
            finding = run.Next();
        }

        Assert.True(finding is not null, $"not in {run.Tried} mutants");
    }

    private static string? Watched(FuzzRun run, Func<bool> goesOn)
    {
        string? finding = null;
        var worker = new Thread(() =>
        {
            while (finding is null && goesOn())
            {
                finding = run.Next();
            }
        }) { IsBackground = true };
        worker.Start();
        for (int tried = -1; !worker.Join(s_hang); tried = run.Tried)
        {
            if (tried == run.Tried)
            {
                return $"mutant {tried} does not end";
            }
        }

        return finding;
    }
}
