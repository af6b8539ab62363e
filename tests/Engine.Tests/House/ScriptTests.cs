using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.Tests.House;

/// <summary>The scripts at the root, tried with a <c>dotnet</c> that only pretends: what CI reads is their last line and their exit code.</summary>
public sealed class ScriptTests
{
    private const string Passing = "   X  Total: 5, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s";

    [Theory]
    [InlineData("run.sh")]
    [InlineData("test.sh")]
    [InlineData(".ci/run")]
    [InlineData("bench/run.sh")]
    [InlineData("bench/peers/simdjson/build.sh")]
    [InlineData("tests/models/run.sh")]
    [InlineData("tests/published/run.sh")]
    [InlineData("tests/fuzz.sh")]
    public void Scripts_have_their_run_bit(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("there are no run bits");
            return;
        }

        Assert.True(File.GetUnixFileMode(Repository.PathOf(path)).HasFlag(UnixFileMode.UserExecute));
    }

    // The kernels run four times (as they are, and as three lesser processors would run them), the other project once.
    [Theory]
    [InlineData("25 passed, 0 failed", 0, Passing, 0, 0)]
    [InlineData("20 passed, 5 failed", 1, "   X  Total: 5, Errors: 0, Failed: 1, Skipped: 0, Not Run: 0, Time: 0.1s", 1, 0)]
    [InlineData("25 passed, 5 failed", 1, "   X  Total: 5, Errors: 1, Failed: 0, Skipped: 0, Not Run: 0, Time: 0.1s", 1, 0)]
    [InlineData("15 passed, 0 failed, 10 skipped", 0, "   X  Total: 5, Errors: 0, Failed: 0, Skipped: 2, Not Run: 0, Time: 0.1s", 0, 0)]
    [InlineData("0 passed, 5 failed", 1, "Segmentation fault", 139, 0)]
    [InlineData("25 passed, 5 failed", 1, Passing, 134, 0)]
    [InlineData("0 passed, 5 failed", 1, "   X  Total: 0", 0, 0)]
    [InlineData("0 passed, 1 failed", 1, Passing, 0, 1)]
    public async Task The_tests_end_with_their_sum(string lastLine, int code, string summary, int exitOfTests, int exitOfBuild) =>
        await AssertTests(lastLine, code, summary, exitOfTests, exitOfBuild, models: null);

    [Theory]
    [InlineData("28 passed, 0 failed, 1 skipped", 0, "3 passed, 0 failed, 1 skipped")]
    [InlineData("28 passed, 2 failed", 1, "3 passed, 2 failed, 0 skipped")]
    [InlineData("25 passed, 1 failed", 1, "Segmentation fault")]
    public async Task The_models_are_counted_with_the_tests(string lastLine, int code, string models) =>
        await AssertTests(lastLine, code, Passing, 0, 0, models);

    [Fact]
    public async Task Models_without_their_checker_are_skipped_loudly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the scripts are for bash");
            return;
        }

        using var scratch = new Scratch();
        Copy(scratch, "tests/models/run.sh");
        Directory.CreateDirectory(scratch.PathOf("bin"));
        foreach (string tool in new[] { "bash", "dirname", "mkdir" })
        {
            File.CreateSymbolicLink(scratch.PathOf("bin/" + tool), Which(tool));
        }

        (string output, string error, int code) = await Run(scratch, scratch.PathOf("bin/bash"), "tests/models/run.sh", path: scratch.PathOf("bin"));
        Assert.Equal(0, code);
        Assert.Matches(@"^0 passed, 0 failed, [1-9]\d* skipped$", output.TrimEnd().Split('\n').Last());
        Assert.Contains("NOT checked", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("native", true)]
    [InlineData("managed", false)]
    public async Task The_command_is_native_code_where_that_can_be_made_and_the_managed_build_where_not(string expected, bool canBeMade)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64)
        {
            Assert.Skip("native code is published for Linux on x86-64");
            return;
        }

        using var scratch = new Scratch();
        Copy(scratch, "run.sh", "tools/sdk.sh", "global.json");
        string managed = scratch.Write("artifacts/publish/datastream/datastream-managed", "of a run before");
        string fake = scratch.Write("bin/dotnet", $$"""
            #!/usr/bin/env bash
            [ "$1" != --version ] || { echo 10.0.100; exit; }
            kind=managed
            case $* in *PublishAot*) {{(canBeMade ? "kind=native" : "exit 1")}} ;; esac
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2"
            printf '#!/bin/sh\necho %s\n' $kind >"$2/datastream"
            chmod +x "$2/datastream"

            """);
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (string output, string error, int ended) = await Run(scratch, "bash", "run.sh", scratch.PathOf("bin") + ":" + Environment.GetEnvironmentVariable("PATH"));
        Assert.True(ended == 0, error);
        Assert.Equal(expected, output.Trim());
        Assert.Equal(canBeMade, File.Exists(managed) && File.ReadAllText(managed).Contains("echo managed", StringComparison.Ordinal));
        Assert.Equal(canBeMade, File.Exists(managed));
    }

    [Fact]
    public async Task The_command_is_built_again_when_something_has_changed()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the scripts are for bash");
            return;
        }

        using var scratch = new Scratch();
        Copy(scratch, "run.sh", "tools/sdk.sh", "global.json");
        string source = scratch.Write("src/Engine.Host/Program.cs", "// first");
        string fake = scratch.Write("bin/dotnet", """
            #!/usr/bin/env bash
            [ "$1" != --version ] || { echo 10.0.100; exit; }
            case $* in *PublishAot*) exit 1 ;; esac
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2"
            echo x >>builds
            printf '#!/bin/sh\nwc -l <builds\n' >"$2/datastream"
            chmod +x "$2/datastream"

            """);
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string old = scratch.PathOf("src/Engine.Host/Old.cs");
        string linker = scratch.PathOf("bin/clang"); // of which code may be native that could not be before
        (string Builds, Action Change)[] steps =
        [
            ("1", static () => { }),
            ("1", static () => { }),
            ("2", () => File.WriteAllText(source, "// changed")),
            ("2", () => File.SetLastWriteTimeUtc(source, DateTime.UtcNow)),
            ("3", () => File.SetLastWriteTimeUtc(scratch.Write("src/Engine.Host/Old.cs", "// old"), DateTime.UnixEpoch)),
            ("4", () => File.Delete(old)),
            ("5", () => File.Copy(fake, linker)),
            ("5", static () => { }),
        ];
        foreach ((string builds, Action change) in steps)
        {
            change();
            (string output, string error, int ended) = await Run(scratch, "bash", "run.sh", scratch.PathOf("bin") + ":" + Environment.GetEnvironmentVariable("PATH"));
            Assert.True(ended == 0, error);
            Assert.Equal(builds, output.Trim());
        }
    }

    private static async Task AssertTests(string lastLine, int code, string summary, int exitOfTests, int exitOfBuild, string? models)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the scripts are for bash");
            return;
        }

        using var scratch = new Scratch();
        Copy(scratch, "test.sh", "tools/sdk.sh", ".ci/run", "global.json");
        if (models is not null)
        {
            scratch.Write("tests/models/run.sh", $"echo '{models}'\n");
        }

        scratch.Write("tests/Engine.Tests/Engine.Tests.csproj", "");
        scratch.Write("tests/Engine.Kernels.Tests/Engine.Kernels.Tests.csproj", "");
        string fake = scratch.Write("bin/dotnet", $"""
            #!/usr/bin/env bash
            case $1 in
              --version) echo 10.0.100 ;;
              restore) ;;
              build) exit {exitOfBuild} ;;
              *) echo '{summary}'; exit {exitOfTests} ;;
            esac

            """);
        File.SetUnixFileMode(fake, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        (string output, string error, int ended) = await Run(scratch, "bash", ".ci/run", scratch.PathOf("bin") + ":" + Environment.GetEnvironmentVariable("PATH"));
        Assert.Equal(lastLine, output.TrimEnd().Split('\n').Last());
        Assert.True(code == ended, $"{ended}: {error}");
    }

    private static void Copy(Scratch scratch, params string[] files)
    {
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(scratch.PathOf(file))!);
            File.Copy(Repository.PathOf(file), scratch.PathOf(file));
        }
    }

    private static string Which(string tool) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    private static async Task<(string Output, string Error, int Code)> Run(Scratch scratch, string bash, string script, string path)
    {
        var start = new ProcessStartInfo(bash, [script]) { WorkingDirectory = scratch.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = path;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (output, await error, process.ExitCode);
    }
}
