using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using DataStream.Tests.Host;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.Tests.Acceptance;

/// <summary>The contract's executable cases, which lie beside the repository where it is developed: all hold for the command as it was built.</summary>
public sealed class AcceptanceTests
{
    private static readonly string? s_folder = new[] { Environment.GetEnvironmentVariable("DATASTREAM_ACCEPTANCE"), Repository.PathOf("../shared/acceptance") }
        .FirstOrDefault(folder => folder is not null && File.Exists(Path.Combine(folder, "run.py")));

    /// <summary>The sections, or one that stands for them where they are not there, so that this is seen to be skipped.</summary>
    public static TheoryData<string> Sections =>
        s_folder is null ? ["(no cases)"] : [.. Directory.GetDirectories(Path.Combine(s_folder, "cases")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Sections))]
    public async Task Every_case_of_the_section_holds(string section)
    {
        Assert.SkipWhen(s_folder is null, "the acceptance cases are not here: they are looked for in ../shared/acceptance, or where DATASTREAM_ACCEPTANCE says");
        using Process python = Start(Path.Combine(s_folder!, "run.py"), "-j", "2", section);
        Task<string> errors = python.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await python.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(python.ExitCode == 0, $"{output}\n{await errors}");
        Assert.Matches(@"^(\d+) of \1 hold", output.TrimEnd().Split('\n')[^1]);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DS"] = $"dotnet \"{Command.Program}\"";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("the acceptance cases are run by Python 3, and there is no python3 here");
            throw;
        }
    }
}
