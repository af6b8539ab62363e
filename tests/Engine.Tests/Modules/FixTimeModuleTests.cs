using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Modules;
using DataStream.Runtime;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Modules;

public sealed class FixTimeModuleTests
{
    [Fact]
    public void Formats_are_tried_in_order_and_what_fits_none_kills_the_record()
    {
        using ModuleBench bench = Bench("field", "said", "into", "at", "formats", new[] { "yyyy-MM-dd HH:mm:ss", "dd/MM/yyyy HH:mm" }, "time_zone", "Europe/Berlin");
        List<object?[]> rows = bench.Run([["2026-01-15 12:00:00"], ["15/07/2026 12:00"], ["15/07/2026 12:00:00"], ["soon"], ["31/12/2025 23:30"], [null], [""]]);
        Assert.Equal([(2, "fix_time"), (3, "fix_time"), (6, "fix_time")], bench.Killed);
        Assert.Equal([At(2026, 1, 15, 11, 0), At(2026, 7, 15, 10, 0), At(2025, 12, 31, 22, 30), null], rows.Select(r => r[1]));
    }

    [Fact]
    public void Without_formats_it_reads_what_a_timestamp_field_reads()
    {
        using ModuleBench bench = Bench("field", "said", "into", "said");
        List<object?[]> rows = bench.Run([["2026-01-15 12:00:00"], ["2026-01-15T12:00:00+02:00"], ["1767225600"], ["15.01.2026"]]);
        Assert.Equal([At(2026, 1, 15, 12, 0), At(2026, 1, 15, 10, 0), At(2026, 1, 1, 0, 0)], rows.Select(r => r[0]));
        Assert.Equal((3, "fix_time"), Assert.Single(bench.Killed));
    }

    [Fact]
    public void Settings_are_checked_at_their_places()
    {
        Assert.Equal("1:1", Bench("field", "said").ErrorPlaces());
        Assert.Equal("2:20", Bench("field", "n", "into", "at").ErrorPlaces());
        Assert.Equal("4:22 5:20", Bench("field", "said", "into", "at", "formats", new[] { "yyyy-MM-dd", "zz?" }, "time_zone", "Mars/Olympus").ErrorPlaces());
    }

    [Fact]
    public async Task Its_dead_letters_say_that_a_time_was_expected()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["in.csv"], "n,said\n1,soon\nx,2026-01-15\n2,2026-01-15\n");
        RunReport report = await PipelineTester.Run(folder, """
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: {main: "file:{DIR}/out.csv", dead: "file:{DIR}/dead.ndjson"}
              schema: {n: int64, said: text}
            modules:
              - {module_name: f, module_class: fix_time, field: said, into: at}
            """);
        Assert.Equal(0, report.ExitCode);
        Assert.Equal(
            ["fix_time f said timestamp", "bad_number decode n int64"],
            folder.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l =>
            {
                JsonElement letter = JsonDocument.Parse(l).RootElement;
                return string.Join(' ', new[] { "reason", "stage", "field", "expected" }.Select(p => letter.GetProperty(p).GetString()));
            }));
    }

    [Fact]
    public void Rows_that_are_not_live_are_not_killed()
    {
        using ModuleBench bench = Bench("field", "said", "into", "at");
        Batch batch = bench.Fill([["soon"], ["2026-01-01"]]);
        batch.Drop(0);
        bench.Module.Process(batch);
        Assert.Equal(0, batch.CountDead());
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        using ModuleBench plain = Bench("field", "said", "into", "at");
        ModuleAllocation.IsNothing(plain, [["2026-01-15 12:00:00"], [null], ["bad"]]);
        using ModuleBench formats = Bench("field", "said", "into", "at", "formats", new[] { "yyyy-MM-dd HH:mm:ss", "dd/MM/yyyy HH:mm" }, "time_zone", "Europe/Berlin");
        ModuleAllocation.IsNothing(formats, [["15/07/2026 12:00"], [null], ["bad"]]);
    }

    private static Timestamp At(int year, int month, int day, int hour, int minute) =>
        Timestamp.FromDateTime(new DateTime(year, month, day, hour, minute, 0, DateTimeKind.Utc));

    private static ModuleBench Bench(params object[] settings)
    {
        // A second column, of another type, for what must be refused.
        return settings.Contains("n")
            ? new ModuleBench("n int64", c => new FixTimeModule(c), ModuleBench.Map(settings))
            : new ModuleBench("said text", c => new FixTimeModule(c), ModuleBench.Map(settings));
    }
}
