using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
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
    public async Task The_tests_end_with_their_sum(string lastLine, int code, string summary, int exitOfTests, int exitOfBuild)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the scripts are for bash");
            return;
        }

        using var scratch = new Scratch();
        foreach (string file in new[] { "test.sh", "tools/sdk.sh", ".ci/run", "global.json" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(scratch.PathOf(file))!);
            File.Copy(Repository.PathOf(file), scratch.PathOf(file));
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
        var start = new ProcessStartInfo("bash", [".ci/run"]) { WorkingDirectory = scratch.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = scratch.PathOf("bin") + ":" + Environment.GetEnvironmentVariable("PATH");
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(lastLine, output.TrimEnd().Split('\n').Last());
        Assert.True(code == process.ExitCode, $"{process.ExitCode}: {await error}");
    }
}
