using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Sources;
using Xunit;

namespace DataStream.Tests.Sources;

public sealed class GeneratorTests
{
    private static readonly string[] s_golden =
    [
        "2026-01-01T00:00:00.000Z,device-05,eu-west,23.01,0",
        "2026-01-01T00:00:00.001Z,device-17,us-east,23.01,0",
        "2026-01-01T00:00:01.999Z,device-45,eu-west,20.43,0",
    ];

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void It_makes_as_many_lines_as_asked_in_one_part()
    {
        using GeneratorSource source = Make("events=3&seed=7");
        Assert.True(source.IsBounded);
        (string name, string text) = Assert.Single(Reading.All(source));
        Assert.Equal("generator:sensors", name);
        string[] lines = text.Split('\n');
        Assert.Equal(1 + 3 + 1, lines.Length);
        Assert.Equal("timestamp,device,region,temperature,status", lines[0]);
        Assert.Equal("", lines[^1]);
        Assert.Equal(text.Length, source.BytesIn);
        using GeneratorSource none = Make("events=0");
        Assert.Equal("timestamp,device,region,temperature,status\n", Assert.Single(Reading.All(none)).Text);
    }

    /// <summary>The bytes of a seed are a promise: samples and benchmarks of other versions rest on them.</summary>
    [Fact]
    public void A_seed_gives_the_same_bytes_for_ever()
    {
        string[] lines = Text("events=2000&seed=7").Split('\n');
        Assert.Equal(s_golden, new[] { lines[1], lines[2], lines[2000] });
    }

    [Theory]
    [InlineData("events=3000&seed=7")]
    [InlineData("events=3000&seed=7&dirty=0.1&late=0.1&anomalies=0.1&devices=1000")]
    public void The_same_seed_gives_the_same_bytes_at_any_buffer_size_and_another_seed_others(string query)
    {
        string text = Text(query);
        Assert.Equal(text, Text(query));
        Assert.Equal(text, Text(query, 1));
        Assert.Equal(text, Text(query, 130));
        Assert.Equal(text, Text(query, 1_000_000));
        Assert.NotEqual(text, Text(query.Replace("seed=7", "seed=8", StringComparison.Ordinal)));
    }

    [Fact]
    public void Plain_lines_are_in_order_and_of_the_stated_kind()
    {
        DateTime last = DateTime.MinValue;
        string[][] rows = Rows("events=5000&devices=1000");
        foreach (string[] row in rows)
        {
            Assert.Equal(5, row.Length);
            DateTime time = DateTime.ParseExact(row[0], "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
            Assert.True(time > last);
            last = time;
            Assert.Equal("device-000".Length, row[1].Length);
            Assert.InRange(double.Parse(row[3], CultureInfo.InvariantCulture), 15, 31);
            Assert.InRange(int.Parse(row[4], CultureInfo.InvariantCulture), 0, 3);
        }

        // All devices of a thousand at five draws each, but for bad luck; one region each; few bad statuses.
        Assert.InRange(rows.Select(row => row[1]).Distinct().Count(), 950, 1000);
        Assert.All(rows.GroupBy(row => row[1]), device => Assert.Single(device.Select(row => row[2]).Distinct()));
        Assert.InRange(rows.Count(row => row[4] != "0"), 60, 180);
    }

    [Theory]
    [InlineData("late=0.02")]
    [InlineData("anomalies=0.02")]
    [InlineData("dirty=0.02")]
    [InlineData("dirty=2%")]
    [InlineData("late=1")]
    [InlineData("anomalies=1")]
    public void Shares_are_met_and_leave_the_other_lines_as_they_were(string share)
    {
        bool all = share.EndsWith("=1", StringComparison.Ordinal);
        int events = all ? 1_000 : 20_000;
        string[][] plain = Rows($"events={events}&seed=3");
        string[][] rows = Rows($"events={events}&seed=3&{share}");
        Assert.Equal(events, rows.Length);
        int changed = 0;
        for (int i = 0; i < events; i++)
        {
            if (plain[i].SequenceEqual(rows[i]))
            {
                continue;
            }

            changed++;
            if (share.StartsWith("late", StringComparison.Ordinal))
            {
                TimeSpan behind = Time(plain[i][0]) - Time(rows[i][0]);
                Assert.InRange(behind.TotalSeconds, 60, 120);
                Assert.Equal(plain[i][1..], rows[i][1..]);
            }
            else if (share.StartsWith("anomalies", StringComparison.Ordinal))
            {
                Assert.InRange(double.Parse(rows[i][3], CultureInfo.InvariantCulture) - double.Parse(plain[i][3], CultureInfo.InvariantCulture), 49.99, 100);
            }
            else
            {
                // A field too many, or bytes behind a closing quote: no format of CSV takes either.
                Assert.Equal(6, rows[i].Length);
                Assert.True(rows[i][1] == "\"device\"?" || rows[i][5] == "?");
            }
        }

        double wanted = all ? 1 : 0.02;
        Assert.InRange((double)changed / events, wanted * 0.85, wanted * 1.15);
    }

    [Fact]
    public void A_rate_spaces_the_events_in_event_time()
    {
        string[][] rows = Rows("events=30&rate=100000");
        Assert.Equal("2026-01-01T00:00:00.000290Z", rows[29][0]);
        rows = Rows("events=3&rate=500");
        Assert.Equal("2026-01-01T00:00:00.004Z", rows[2][0]);
        rows = Rows("events=4&rate=3000");
        Assert.Equal(["2026-01-01T00:00:00.000000Z", "2026-01-01T00:00:00.000333Z", "2026-01-01T00:00:00.000666Z", "2026-01-01T00:00:00.001000Z"], rows.Select(row => row[0]));
    }

    [Fact]
    public void A_rate_is_kept_by_the_wall_clock()
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(101, Rows("events=101&rate=500").Length);
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(199), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task An_interrupt_ends_a_wait_for_the_next_event()
    {
        using GeneratorSource source = Make("rate=1");
        Assert.False(source.IsBounded);
        Assert.True(source.NextPart(out _));
        var buffer = new byte[4096];
        Assert.True(source.Read(buffer) > 0); // the header
        Assert.True(source.Read(buffer) > 0); // the first event
        Task<string> rest = Task.Run(() => Reading.Part(source), TestContext.Current.CancellationToken);
        source.Interrupt();
        await rest.WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.False(source.NextPart(out _));
    }

    [Fact]
    public void Making_lines_allocates_nothing()
    {
        using GeneratorSource source = Make("seed=1&dirty=0.1&late=0.1&anomalies=0.1");
        Assert.True(source.NextPart(out _));
        var buffer = new byte[64 * 1024];
        for (int i = 0; i < 20; i++)
        {
            _ = source.Read(buffer);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            _ = source.Read(buffer);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("generator:sensor", "there is: sensors")]
    [InlineData("generator:sensors?event=5", "did you mean 'events'")]
    [InlineData("generator:sensors?events=-1", "'events=-1'")]
    [InlineData("generator:sensors?events=many", "'events=many'")]
    [InlineData("generator:sensors?rate=0", "'rate=0'")]
    [InlineData("generator:sensors?rate=2000000000", "'rate=2000000000'")]
    [InlineData("generator:sensors?seed=x", "'seed=x'")]
    [InlineData("generator:sensors?dirty=1.5", "'dirty=1.5'")]
    [InlineData("generator:sensors?late=-0.1", "'late=-0.1'")]
    [InlineData("generator:sensors?anomalies=NaN", "'anomalies=NaN'")]
    [InlineData("generator:sensors?devices=0", "'devices=0'")]
    [InlineData("generator:sensors?devices=1000001", "'devices=1000001'")]
    public void Wrong_parameters_are_named(string text, string message)
    {
        Assert.True(EndpointUri.TryParseInput(text, out EndpointUri uri, out string error), error);
        Assert.Contains(message, Endpoints.Check(uri), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Endpoints.Open([uri]));
    }

    [Fact]
    public void Inputs_are_opened_as_one_source_of_files_or_side_by_side()
    {
        Assert.IsType<FileSource>(Assert.Single(Endpoints.Open([TemporaryFolder.Uri("a.csv"), TemporaryFolder.Uri("b.csv")])));
        Assert.True(EndpointUri.TryParseInput("generator:sensors", out EndpointUri generator, out _));
        Assert.Collection(
            Endpoints.Open([TemporaryFolder.Uri("a.csv"), generator]),
            source => Assert.IsType<FileSource>(source),
            source => Assert.IsType<GeneratorSource>(source));
    }

    private static DateTime Time(string text) => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

    private static string[][] Rows(string query) => [.. Text(query).Split('\n')[1..^1].Select(line => line.Split(','))];

    private static string Text(string query, int bufferSize = 4096)
    {
        using GeneratorSource source = Make(query);
        Assert.True(source.NextPart(out _));
        return Reading.Part(source, bufferSize);
    }

    private static GeneratorSource Make(string query)
    {
        Assert.True(EndpointUri.TryParseInput("generator:sensors?" + query, out EndpointUri uri, out string error), error);
        Assert.True(GeneratorSettings.TryParse(uri, out GeneratorSettings settings, out error), error);
        return new GeneratorSource(settings);
    }
}
