using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Xunit;

namespace DataStream.Tests.Host;

/// <summary>What the surroundings do to a run: full disks, closed streams, files in each other's place.</summary>
public sealed class HostileTests
{
    private const string Pipeline = """
        stream_settings:
          stream_input: file:in.csv
          stream_output: {main: "file:out.csv", dead: "file:dead.ndjson"}
          schema: {id: int64}
        """;

    [Fact]
    public void Dead_letters_are_counted_once_in_rows_out()
    {
        using var scratch = Sample("id\n1\nx\ny\n");
        Assert.Equal(0, Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json").Code);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        Assert.Equal(2, report.RootElement.GetProperty("rows_out").GetProperty("dead").GetInt64());
        Assert.Equal(2, scratch.Read("dead.ndjson").Count(c => c == '\n'));
    }

    [Fact]
    public void Rows_of_an_output_that_fails_are_those_that_were_written()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "a device that is always full");
        using var scratch = Sample("id\n1\nx\n3\n");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json", "--set", "stream_settings.stream_output.dead=file:/dev/full");
        Assert.Equal(74, outcome.Code);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        Assert.Equal(0, report.RootElement.GetProperty("rows_out").GetProperty("dead").GetInt64()); // its one row was encoded
        Assert.Contains("dead 0", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("dead")]
    public void A_full_disk_is_74_with_path_and_errno_and_the_ledger_balances(string output)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "a device that is always full");
        using var scratch = Sample("id\n1\nx\n3\n");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json", "--set", $"stream_settings.stream_output.{output}=file:/dev/full");
        Assert.Equal(74, outcome.Code);
        Assert.Contains("cannot write '/dev/full': No space left on device (errno 28)", outcome.Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        JsonElement ledger = report.RootElement.GetProperty("ledger");
        Assert.Equal((3, 0), (ledger.GetProperty("in").GetInt32(), ledger.GetProperty("imbalance").GetInt32()));
        Assert.Equal(output == "main" ? 3 : ledger.GetProperty("in_flight").GetInt32(), ledger.GetProperty("in_flight").GetInt32()); // main may be done before dead fails
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("--help")]
    [InlineData("explain config.yaml")]
    public void An_answer_that_cannot_be_written_is_74_without_a_trace(string arguments)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "a device that is always full");
        using var scratch = Sample("id\n1\n");
        Outcome outcome = Command.Shell(scratch.Folder, $"$datastream {arguments} > /dev/full");
        Assert.Equal(74, outcome.Code);
        Assert.Single(outcome.ErrorLines);
    }

    [Theory]
    [InlineData("2> /dev/full")]
    [InlineData("2>&-")]
    public void A_run_that_cannot_say_anything_does_its_work_all_the_same(string redirection)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "a device that is always full");
        using var scratch = Sample("id\n1\nx\n");
        Assert.Equal(0, Command.Shell(scratch.Folder, $"$datastream run config.yaml --report r.json {redirection}").Code);
        Assert.Equal("id\n1\n", scratch.Read("out.csv"));
        Assert.True(scratch.Has("r.json"));
    }

    [Fact]
    public void A_standard_input_that_is_closed_cannot_be_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the number is Linux's");
        using var scratch = Sample("");
        Outcome outcome = Command.Shell(scratch.Folder, "$datastream run config.yaml --stream-input stdin --set stream_settings.input_format=csv <&-");
        Assert.Equal(74, outcome.Code);
        Assert.Contains("cannot read 'stdin': Bad file descriptor (errno 9)", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_standard_output_that_is_closed_cannot_be_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the number is Linux's");
        using var scratch = Sample("id\n1\n");
        Outcome outcome = Command.Shell(scratch.Folder, "$datastream run config.yaml --stream-output stdout >&-");
        Assert.Equal(74, outcome.Code);
        Assert.Contains("cannot write 'stdout': Bad file descriptor (errno 9)", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main", "1", "x")]
    [InlineData("dead", "x", "1")]
    public void A_failure_does_not_wait_for_a_reader_that_takes_nothing(string blocked, string filling, string failing)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "a device that is always full");
        using var scratch = new Scratch();
        scratch.Write("config.yaml", $$"""
            stream_settings:
              stream_input: stdin
              stream_output: { {{blocked}}: "file:fifo", {{(blocked == "main" ? "dead" : "main")}}: "file:/dev/full" }
              input_format: {type: csv, header: false}
              output_format: json
              schema: {n: int64, t: text}
            """);
        using (Process make = Process.Start("mkfifo", [scratch.PathOf("fifo")]))
        {
            make.WaitForExit();
        }

        // Open for reading, and nothing is read.
        using var reader = new FileStream(scratch.PathOf("fifo"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        using Command command = Command.Start(scratch.Folder, "run", "config.yaml", "--report", "r.json");
        command.Input.Write(string.Concat(Enumerable.Repeat($"{filling},{new string('y', 60_000)}\n", 4)));
        command.Input.Flush();
        int fifo = (int)reader.SafeFileHandle.DangerousGetHandle();

        // A pipe takes 64 KiB: with more than one row in it the second one's write has begun and cannot end.
        Assert.True(SpinWait.SpinUntil(() => CountWaiting(fifo, BytesToRead, out int bytes) != 0 || bytes > 61_000, TimeSpan.FromSeconds(60)));
        command.Input.Write(failing + ",\n");
        command.Input.Flush();
        Outcome outcome = command.End();
        Assert.Equal(74, outcome.Code);
        Assert.Contains($"cannot write '/dev/full': No space left on device (errno 28); the output '{blocked}' was left behind, since nobody reads 'fifo'", outcome.Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        JsonElement ledger = report.RootElement.GetProperty("ledger");
        Assert.Equal((5, 0), (ledger.GetProperty("in").GetInt64(), ledger.GetProperty("imbalance").GetInt64()));
        if (blocked == "main")
        {
            // The first row is whole in the pipe: where it came as a payload of its own it is out, else in flight with the others.
            long written = ledger.GetProperty("out").GetInt64();
            Assert.InRange(written, 0, 1);
            Assert.Equal(5 - written, ledger.GetProperty("in_flight").GetInt64());
        }
    }

    /// <summary>What an output shed while nobody read it is counted, also where another output ends the run before its counts were told.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void What_was_shed_before_a_failure_is_counted(int lanes)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "a device that is always full");
        const int Rows = 3000;
        using var scratch = new Scratch();
        scratch.Write("in.csv", string.Concat(Enumerable.Repeat($"1,{new string('y', 100)}\n", Rows)) + "x,\n");
        scratch.Write("config.yaml", $$"""
            stream_settings:
              stream_input: "file:in.csv"
              stream_output: {main: {uri: "file:fifo", when_full: shed}, dead: "file:/dev/full" }
              input_format: {type: csv, header: false}
              output_format: json
              schema: {n: int64, t: text}
            performance_tuning: {threads: {{lanes}}, payload_size: 4KiB, ring_size: 2}
            """);
        using (Process make = Process.Start("mkfifo", [scratch.PathOf("fifo")]))
        {
            make.WaitForExit();
        }

        // Open for reading, and nothing is read.
        using var reader = new FileStream(scratch.PathOf("fifo"), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json");
        Assert.Equal(74, outcome.Code);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        JsonElement ledger = report.RootElement.GetProperty("ledger");
        Assert.Equal((Rows + 1, 0), (ledger.GetProperty("in").GetInt64(), ledger.GetProperty("imbalance").GetInt64()));
    }

    [Theory]
    [InlineData("in.csv")]
    [InlineData("link.csv")]
    [InlineData("config.yaml")]
    [InlineData("./out.csv")]
    [InlineData("dead.ndjson")]
    public void A_report_in_the_place_of_what_the_run_reads_or_writes_is_refused(string report)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var scratch = Sample("id\n1\n");
        File.CreateSymbolicLink(scratch.PathOf("link.csv"), scratch.PathOf("in.csv"));
        string configuration = scratch.Read("config.yaml");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", report);
        Assert.Equal(2, outcome.Code);
        Assert.Contains($"--report '{report}'", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("id\n1\n", scratch.Read("in.csv"));
        Assert.Equal(configuration, scratch.Read("config.yaml"));
        Assert.False(scratch.Has("out.csv"));
    }

    [Fact]
    public void Two_outputs_that_meet_through_a_link_are_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using var scratch = Sample("id\n1\n");
        File.CreateSymbolicLink(scratch.PathOf("dead.ndjson"), "out.csv");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml");
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith("config.yaml:3:47: error shared_target:", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stdin:", "stdin:")]
    [InlineData("stdin:", "file:/dev/stdin")]
    public void Two_inputs_of_one_stream_are_refused(string one, string other)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells a pipe from a file");
        using var scratch = Sample("id\n1\n");
        scratch.Write("config.yaml", $"stream_settings:\n  stream_input: [\"{one}\", \"{other}\"]\n  stream_output: stdout\n  input_format: csv\n  schema: {{id: int64}}\n");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml");
        Assert.Equal(2, outcome.Code);
        Assert.StartsWith($"config.yaml:2:{22 + one.Length}: error shared_stream: '{other}' reads the stream that '{one}' reads", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:folder", "cannot make 'folder': Is a directory (errno 21)")]
    [InlineData("file:in.csv/out.csv", "cannot make 'in.csv/out.csv': Not a directory (errno 20)")]
    public void An_output_that_cannot_be_made_is_74_with_its_errno(string output, string message)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the numbers are Linux's");
        using var scratch = Sample("id\n1\n");
        Directory.CreateDirectory(scratch.PathOf("folder"));
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--stream-output", output);
        Assert.Equal(74, outcome.Code);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_header_of_a_binary_file_neither_controls_nor_floods_the_terminal()
    {
        using var scratch = Sample("\u001b[31m" + new string('x', 10_000) + "\r,b\n1\n");
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml");
        Assert.Equal(65, outcome.Code);
        Assert.DoesNotContain('\u001b', outcome.Error);
        Assert.DoesNotContain('\r', outcome.Error);
        Assert.InRange(outcome.Error.Length, 100, 1_000);
    }

    [Fact]
    public void A_file_that_only_claims_to_be_compressed_is_not_read_as_records()
    {
        using var scratch = Sample("id\n1\n");
        File.Copy(scratch.PathOf("in.csv"), scratch.PathOf("in.csv.zst"));
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--stream-input", "file:in.csv.z*");
        Assert.Equal(74, outcome.Code);
        Assert.Contains("not compressed with Zstandard", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_duration_of_years_is_waited_for()
    {
        using var scratch = Sample("id\n1\n");
        Assert.Equal(0, Command.Run(scratch.Folder, "run", "config.yaml", "--duration", "10000d").Code);
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_not_passed_over_by_a_glob()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "names are bytes there");
        using var scratch = Sample("id\n1\n");
        Outcome outcome = Command.Shell(scratch.Folder, "cp in.csv \"$(printf 'in\\377.csv')\"; $datastream run config.yaml --stream-input 'file:in*.csv'; code=$?; rm in?*.csv; exit $code");
        Assert.Equal(74, outcome.Code);
        Assert.Contains("its name is not UTF-8", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_met_within_a_payload_names_the_module_and_puts_all_its_records_in_flight()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "v\n" + string.Concat(Enumerable.Range(0, 200).Select(i => new string('x', i < 150 ? 1 : 1000) + "\n")));
        scratch.Write("config.yaml", """
            stream_settings:
              stream_input: file:in.csv
              stream_output: file:out.csv
              schema: {v: text}
            modules:
              - {module_name: grow, module_class: map, set: {a: "concat(v, v, v, v, v, v, v, v)", b: "concat(a, a, a, a, a, a, a, a)", c: "concat(b, b, b, b, b, b)"}}
              - {module_name: keep, module_class: filter, where: "length(c) > 1"}
            performance_tuning: {threads: 1, partition_size: 64, ring_size: 2, memory_budget: 6MiB}
            """);
        Outcome outcome = Command.Run(scratch.Folder, "run", "config.yaml", "--report", "r.json");
        Assert.Equal(71, outcome.Code);
        Assert.Contains("'grow': memory_budget:", outcome.Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        Assert.Equal(200, report.RootElement.GetProperty("ledger").GetProperty("in_flight").GetInt64());
    }

    [Fact]
    public void Rows_longer_than_a_payload_are_not_shed_while_there_is_room()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "v\n" + string.Concat(Enumerable.Repeat(string.Concat(Enumerable.Repeat("x\u0001", 1900)) + "\nshort\n", 3)));
        scratch.Write("config.yaml", """
            stream_settings:
              stream_input: file:in.csv
              stream_output: {main: {uri: "file:out.json", when_full: shed}}
              schema: {v: text}
            performance_tuning: {threads: 1, payload_size: 4KiB, max_record_size: 4KiB, ring_size: 64}
            """);
        Assert.Equal(0, Command.Run(scratch.Folder, "run", "config.yaml").Code);
        Assert.Equal(6, scratch.Read("out.json").Count(c => c == '\n'));
    }

    [Fact]
    public void Payloads_that_a_reader_took_whole_before_it_went_away_are_not_in_flight()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a Unix pipe");
        using var scratch = new Scratch();
        scratch.Write("config.yaml", """
            stream_settings: {stream_input: "generator:sensors?events=100000000", stream_output: stdout, output_format: csv}
            performance_tuning: {payload_size: 128KiB}
            """);
        Outcome outcome = Command.Shell(scratch.Folder, "$datastream run config.yaml --report r.json | head -c 2000000 > taken.csv");
        Assert.DoesNotContain("Exception", outcome.Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(scratch.Read("r.json"));
        JsonElement ledger = report.RootElement.GetProperty("ledger");
        long taken = scratch.Read("taken.csv").Count(c => c == '\n');
        Assert.InRange(ledger.GetProperty("out").GetInt64(), taken - 5_000, long.MaxValue); // the header, and less than a payload's lines
        Assert.Equal(0, ledger.GetProperty("imbalance").GetInt64());
    }

    private const nuint BytesToRead = 0x541B; // FIONREAD

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "ioctl")]
    private static extern int CountWaiting(int descriptor, nuint request, out int bytes);

    private static Scratch Sample(string input)
    {
        var scratch = new Scratch();
        scratch.Write("in.csv", input);
        scratch.Write("config.yaml", Pipeline);
        return scratch;
    }
}
