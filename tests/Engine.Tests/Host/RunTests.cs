using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Xunit;

namespace DataStream.Tests.Host;

/// <summary>The command as a process: what goes where, signals, reports.</summary>
public sealed class RunTests
{
    private const string Pipeline = """
        stream_settings:
          stream_input: file:in.csv
          stream_output: file:out/out.csv
          schema: {id: int64}
        logging_level: warning
        """;

    private const string Windows = """
        stream_settings:
          stream_input: stdin
          stream_output: stdout
          input_format: csv
          output_format: csv
          schema: {t: timestamp}
          event_time: {field: t}
        modules:
          - {module_name: w, module_class: window, tumbling: 10s, aggregates: {n: count()}}
        """;

    [Fact]
    public void The_summary_is_one_line_on_stderr_when_it_is_redirected()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "id\n1\nx\n3\n");
        scratch.Write("config.yaml", Pipeline + "\nerror_handling: {on_error: skip}");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml");
        Assert.Equal(0, outcome.Code);
        Assert.Equal("", outcome.Output);
        string line = Assert.Single(outcome.ErrorLines);
        Assert.All(["datastream: 3 events in ", "out 2", "dead 1 (bad_number 1 such as in.csv:3 'x')", "rows main 2", "peak memory"],
            part => Assert.Contains(part, line, StringComparison.Ordinal));
        Assert.Equal("id\n1\n3\n", scratch.Read("out/out.csv"));
    }

    [Fact]
    public void Control_characters_of_the_data_do_not_reach_the_terminal()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "id\n1\n\u001b[31mred\n");
        scratch.Write("config.yaml", Pipeline + "\nerror_handling: {on_error: skip}");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml");
        Assert.DoesNotContain('\u001b', outcome.Error);
        Assert.Contains(@"\x1b[31mred", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_is_written_with_the_failure_too()
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", Pipeline);
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "reports/r.json");
        Assert.Equal(74, outcome.Code);
        Assert.Contains("in.csv", outcome.Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(scratch.Read("reports/r.json"));
        Assert.Equal(1, report.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(0, report.RootElement.GetProperty("ledger").GetProperty("in").GetInt64());
        Assert.Equal(64, report.RootElement.GetProperty("config_hash").GetString()!.Length);
    }

    [Fact]
    public void The_report_has_the_keys_of_the_contract_and_the_bytes_of_stages()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "id\n1\n");
        scratch.Write("config.yaml", Pipeline);
        Assert.Equal(0, Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json").Code);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        Assert.Equal("version config_hash elapsed_seconds events_in bytes_in events_per_second threads affinity simd ledger dead_by_reason result_faults rows_out rows_shed evicted_keys allocated_bytes_lanes gc peak_rss_bytes stages", Keys(report.RootElement));
        Assert.Equal("in out aggregated filtered deduplicated late dead shed in_flight imbalance", Keys(report.RootElement.GetProperty("ledger")));
        Assert.Equal("gen0 gen1 gen2 pause_seconds", Keys(report.RootElement.GetProperty("gc")));
        Assert.Equal("name events nanoseconds_per_event allocated_bytes", Keys(report.RootElement.GetProperty("stages")[0]));

        static string Keys(JsonElement element) => string.Join(' ', element.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void A_report_that_cannot_be_written_is_an_output_that_cannot()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "id\n1\n");
        scratch.Write("config.yaml", Pipeline);
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "in.csv/r.json");
        Assert.Equal(74, outcome.Code);
        Assert.Contains("in.csv/r.json", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("id\n1\n", scratch.Read("out/out.csv"));
    }

    [Fact]
    public void A_wrong_configuration_writes_nothing()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "id\n1\n");
        scratch.Write("config.yaml", Pipeline);
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json", "--set", "performance_tuning.ring_size=3");
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith("--set", outcome.Error, StringComparison.Ordinal);
        Assert.False(scratch.Has("r.json"));
        Assert.False(scratch.Has("out/out.csv"));
    }

    [Fact]
    public void The_command_line_beats_the_environment_beats_the_file()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "id\n1\n");
        scratch.Write("config/config.yaml", Pipeline);
        var environment = new Dictionary<string, string>
        {
            ["DATASTREAM__STREAM_SETTINGS__STREAM_OUTPUT"] = "file:environment.csv",
            ["DATASTREAM__PERFORMANCE_TUNING__PARTITION_SIZE"] = "64",
        };
        Assert.Equal(0, Command.RunWith(scratch.Folder, environment, "run", "--stream_output", "file:option.csv").Code);
        Assert.True(scratch.Has("option.csv"));
        Assert.False(scratch.Has("environment.csv"));
        Assert.Equal(0, Command.RunWith(scratch.Folder, environment, "run").Code);
        Assert.True(scratch.Has("environment.csv"));
        Assert.False(scratch.Has("out/out.csv"));
    }

    [Fact]
    public void Batch_reads_its_files_in_place_of_the_input()
    {
        using var scratch = new Scratch();
        scratch.Write("day-1.csv", "id\n1\n");
        scratch.Write("day-2.csv", "id\n2\n");
        scratch.Write("config.yaml", Pipeline);
        Assert.Equal(0, Command.Run(scratch.Folder, "batch", "config.yaml", "day-*.csv").Code);
        Assert.Equal("id\n1\n2\n", scratch.Read("out/out.csv"));
        Assert.Equal(0, Command.Run(scratch.Folder, "batch", "--config-file", "config.yaml", "day-2.csv", "day-1.csv").Code);
        Assert.Equal("id\n2\n1\n", scratch.Read("out/out.csv"));
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public void The_first_signal_closes_windows_and_drains(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals are sent with kill");
        using var scratch = new Scratch();
        scratch.Write("config.yaml", Windows);
        using Command command = Command.Start(scratch.Folder, "run", "config.yaml", "--report", "r.json");
        command.Input.Write("t\n2026-01-01T00:00:01Z\n2026-01-01T00:00:05Z\n2026-01-01T00:00:11Z\n");
        command.Input.Flush();
        Assert.Equal("window_start,window_end,n", command.Output.ReadLine());
        Assert.Equal("2026-01-01T00:00:00.000Z,2026-01-01T00:00:10.000Z,2", command.Output.ReadLine());
        Kill(signal, command.Id);
        Assert.Equal("2026-01-01T00:00:10.000Z,2026-01-01T00:00:20.000Z,1", command.Output.ReadLine());
        Outcome outcome = command.End();
        Assert.Equal(0, outcome.Code);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        Assert.Equal(3, report.RootElement.GetProperty("ledger").GetProperty("aggregated").GetInt64());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void A_signal_before_there_is_a_run_ends_it_in_order(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what a process has loaded is told in /proc");
        using var scratch = new Scratch();
        scratch.Write("config.yaml", "stream_settings: {stream_input: \"generator:sensors\", stream_output: file:out.csv}");
        using Command command = Command.Start(scratch.Folder, "run", "config.yaml", "--report", "r.json");

        WaitForFirstLine(command.Id);
        Kill(signal, command.Id);
        Assert.Equal(0, command.End().Code);
        Assert.Equal("timestamp,device,region,temperature,status\n", scratch.Read("out.csv"));
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        Assert.Equal(0, report.RootElement.GetProperty("events_in").GetInt64());
    }

    [Fact]
    public void A_signal_ends_a_run_whose_output_waits_for_its_reader()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "FIFOs are made by a command");
        using var scratch = new Scratch();
        scratch.Write("config.yaml", "stream_settings: {stream_input: \"generator:sensors\", output_format: csv, stream_output: file:fifo}");
        using (Process make = Process.Start("mkfifo", [scratch.PathOf("fifo")]))
        {
            make.WaitForExit();
        }

        using Command command = Command.Start(scratch.Folder, "run", "config.yaml");
        WaitForFirstLine(command.Id);
        Kill("TERM", command.Id);
        Assert.Equal(0, command.End().Code);
    }

    [Fact]
    public void Two_signals_at_once_leave_one_summary_and_one_whole_report()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals are sent with kill");
        using var scratch = new Scratch();
        scratch.Write("config.yaml", "stream_settings: {stream_input: \"stdin:\", stream_output: stdout, input_format: csv, output_format: csv, schema: {a: int64}}");
        for (int round = 0; round < 4; round++)
        {
            using Command command = Command.Start(scratch.Folder, "run", "config.yaml", "--report", "r.json");
            command.Input.Write("a\n1\n");
            command.Input.Flush();
            Assert.Equal("a", command.Output.ReadLine());
            KillTwice(command.Id);
            Outcome outcome = command.End();
            Assert.True(outcome.Code is 0 or 130, outcome.Error);
            Assert.Single(outcome.Error.Split('\n'), l => l.StartsWith("datastream: 1 event ", StringComparison.Ordinal));
            using var report = JsonDocument.Parse(scratch.Read("r.json"));
            Assert.Equal(1, report.RootElement.GetProperty("events_in").GetInt64());
        }
    }

    [Fact]
    public void The_second_signal_ends_at_once_and_accounts_for_what_was_under_way()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals are sent with kill");
        using var scratch = new Scratch();
        // A reader that never reads fills the pipe, so that the first signal cannot drain.
        scratch.Write("config.yaml", """
            stream_settings:
              stream_input: "generator:sensors?events=100000000&seed=7"
              stream_output: stdout
              output_format: csv
            """);
        using Command command = Command.Start(scratch.Folder, "run", "config.yaml", "--report", "r.json");
        Assert.StartsWith("timestamp,", command.Output.ReadLine(), StringComparison.Ordinal);
        Kill("TERM", command.Id);
        Kill("INT", command.Id);
        Outcome outcome = command.End();
        Assert.Equal(130, outcome.Code);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        JsonElement ledger = report.RootElement.GetProperty("ledger");
        Assert.Equal(0, ledger.GetProperty("imbalance").GetInt64());
        Assert.NotEqual(0, report.RootElement.GetProperty("peak_rss_bytes").GetInt64());
        Assert.Equal(ledger.GetProperty("in").GetInt64(),
            ledger.EnumerateObject().Where(p => p.Name is not ("in" or "imbalance")).Sum(p => p.Value.GetInt64()));
    }

    [Fact]
    public void Duration_ends_a_run_whose_input_stays_open()
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", Windows);
        using Command command = Command.Start(scratch.Folder, "run", "config.yaml", "--duration", "3s");
        command.Input.Write("t\n2026-01-01T00:00:01Z\n");
        command.Input.Flush();
        Assert.Equal(0, command.End().Code);
        Assert.Equal("window_start,window_end,n\n2026-01-01T00:00:00.000Z,2026-01-01T00:00:10.000Z,1\n", command.Output.ReadToEnd());
    }

    [Theory]
    [InlineData("")]
    [InlineData("performance_tuning: {threads: 1}", "--no-progress")]
    [InlineData("performance_tuning: {threads: 3}", "--no-progress")]
    public void Waiting_for_input_takes_under_a_hundredth_of_a_core(string tuning, params string[] options)
    {
        using var scratch = new Scratch();
        scratch.Write("config.yaml", Windows + "\n" + tuning);
        using Command command = Command.Start(scratch.Folder, ["run", "config.yaml", .. options]);
        command.Input.Write("t\n2026-01-01T00:00:01Z\n");
        command.Input.Flush();
        Assert.Equal("window_start,window_end,n", command.Output.ReadLine());

        // The first seconds still compile and collect; what stays is what counts.
        double? least = 1;
        for (int second = 0; second < 10 && least >= 0.01; second++)
        {
            least = command.ShareOfACore() is { } share ? Math.Min(share, least.Value) : null;
        }

        Assert.NotNull(least);
        Assert.InRange(least.Value, 0, 0.01);
        command.Input.Close();
        Assert.Equal(0, command.End().Code);
    }

    /// <summary>Waits until the program has its command line read by a library: the line after the one that catches signals, well before there is a plan.</summary>
    private static void WaitForFirstLine(int process) =>
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{process}/maps").Contains("System.CommandLine.dll", StringComparison.Ordinal), TimeSpan.FromSeconds(60)));

    /// <summary>TERM and at once INT, by one shell: a program started for the second would come when the process has ended.</summary>
    private static void KillTwice(int process)
    {
        using Process shell = Process.Start("sh", ["-c", "kill -s TERM $0 && { kill -s INT $0 2>&- || true; }", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    private static void Kill(string signal, int process)
    {
        using Process kill = Process.Start("kill", ["-s", signal, process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
