using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Modules;
using DataStream.Runtime;
using DataStream.Tests.Pipelines;
using FsCheck;
using FsCheck.Xunit;
using Xunit;

namespace DataStream.Tests.Modules;

/// <summary><c>fix_time</c> and <c>select</c> on random data against the class library and LINQ. FsCheck draws the seeds anew each time and prints one that fails.</summary>
public sealed class ModuleProperties
{
    private static readonly string[] s_formats = ["yyyy-MM-dd HH:mm:ss", "dd/MM/yyyy HH:mm", "yyyyMMdd", "d.M.yyyy H:mm:ss"];

    [Property(MaxTest = 60)]
    public void Fix_time_reads_what_the_class_library_reads(DoNotSize<int> any)
    {
        var random = new Random(any.Item);
        string[] formats = [.. s_formats.OrderBy(_ => random.Next()).Take(random.Next(1, s_formats.Length + 1))];
        string zone = random.Next(2) == 0 ? "UTC" : "Europe/Berlin";
        TimeZoneInfo clock = TimeZoneInfo.FindSystemTimeZoneById(zone);

        // Not from before there were time zones, whose seconds the class library rounds, and not from the hours around a change of clocks.
        bool IsPlain(DateTime time) => time.Year > 1900 && !clock.IsInvalidTime(time) && !clock.IsAmbiguousTime(time);
        string?[] texts = [.. Enumerable.Range(0, 100).Select(_ => Said(random)).Select(t => formats.All(f => t is null || Read(t, f) is not { } time || IsPlain(time)) ? t : null)];
        using var bench = new ModuleBench("said text", c => new FixTimeModule(c), ModuleBench.Map("field", "said", "into", "at", "formats", formats, "time_zone", zone));

        List<object?[]> rows = bench.Run([.. texts.Select(t => new object?[] { t })], any.Item);
        List<object?> expected = [];
        List<(int, string)> dead = [];
        for (int row = 0; row < texts.Length; row++)
        {
            if (texts[row] is not { } text)
            {
                expected.Add(null);
            }
            else if (formats.Select(f => Read(text, f)).FirstOrDefault(t => t is not null) is { } local)
            {
                expected.Add(Timestamp.FromDateTime(TimeZoneInfo.ConvertTimeToUtc(local, clock)));
            }
            else
            {
                dead.Add((row, "fix_time"));
            }
        }

        Assert.Equal(dead, bench.Killed);
        Assert.Equal(expected, rows.Select(r => r[1]));
    }

    [Property(MaxTest = 30)]
    public async Task Select_shows_the_columns_that_LINQ_shows(DoNotSize<int> any)
    {
        var random = new Random(any.Item);
        string[] columns = [.. Enumerable.Range(0, random.Next(2, 7)).Select(i => $"c{i}")];
        string[][] rows = [.. Enumerable.Range(0, 20).Select(_ => columns.Select(_ => random.Next(1000).ToString(CultureInfo.InvariantCulture)).ToArray())];
        string[] chosen = [.. columns.OrderBy(_ => random.Next()).Take(random.Next(1, columns.Length + 1))];

        // New names, some of them exchanged between columns.
        var renamed = chosen.Where(_ => random.Next(2) == 0).ToArray();
        string[] names = [.. renamed.Select((c, i) => random.Next(2) == 0 ? renamed[i] + "_new" : c)];
        if (renamed.Length > 1 && random.Next(2) == 0)
        {
            (names[0], names[1]) = (renamed[1], renamed[0]);
        }

        string rename = string.Join(", ", renamed.Zip(names, (from, to) => $"{from}: {to}"));
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["in.csv"], string.Concat(rows.Prepend(columns).Select(r => string.Join(',', r) + "\n")));
        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: "file:{DIR}/out.csv"
              schema: { {{string.Join(", ", columns.Select(c => c + ": " + (random.Next(2) == 0 ? "int64" : "text")))}} }
            modules:
              - {module_name: s, module_class: select, fields: [{{string.Join(", ", chosen)}}], rename: { {{rename}} } }
            """);
        Assert.Equal(0, report.ExitCode);
        string[] header = [.. chosen.Select(c => Array.IndexOf(renamed, c) is >= 0 and var i ? names[i] : c)];
        IEnumerable<string[]> expected = rows.Select(r => chosen.Select(c => r[Array.IndexOf(columns, c)]).ToArray()).Prepend(header);
        Assert.Equal(string.Concat(expected.Select(r => string.Join(',', r) + "\n")), folder.Read("out.csv"));
    }

    /// <summary>A time in one of the formats, often with a mistake.</summary>
    private static string? Said(Random random)
    {
        if (random.Next(10) == 0)
        {
            return null;
        }

        var time = new DateTime(1990 + random.Next(60), random.Next(2) == 0 ? 1 : 7, random.Next(1, 32), random.Next(24), random.Next(60), random.Next(60), DateTimeKind.Unspecified);
        string text = time.ToString(s_formats[random.Next(s_formats.Length)], CultureInfo.InvariantCulture);
        int at = random.Next(text.Length);
        return random.Next(4) switch
        {
            0 => text[..at] + (char)('0' + random.Next(10)) + text[(at + 1)..],
            1 => text.Remove(at, 1),
            _ => text,
        };
    }

    private static DateTime? Read(string text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) ? time : null;
}
