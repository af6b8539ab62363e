using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading.Tasks;

namespace DataStream.Tests.Host;

/// <summary>The command <c>datastream</c> as its users meet it: a process of its own.</summary>
public sealed class Command : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static string Program => Path.Combine(AppContext.BaseDirectory, "datastream.dll");

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private Command(Process process, Task<string> output)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
        _output = output;
    }

    public StreamWriter Input => _process.StandardInput;

    /// <summary>Standard output, for commands started with <see cref="Start"/>.</summary>
    public StreamReader Output => _process.StandardOutput;

    public int Id => _process.Id;

    /// <summary>Runs to the end.</summary>
    public static Outcome Run(string folder, params string[] arguments) => RunWith(folder, null, arguments);

    public static Outcome RunWith(string folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        Process process = Launch(folder, environment, arguments);
        using var command = new Command(process, process.StandardOutput.ReadToEndAsync());
        process.StandardInput.Close();
        return command.End();
    }

    /// <summary>Runs a line of a Unix shell in which <c>$datastream</c> is the command: for what only a shell can connect.</summary>
    public static Outcome Shell(string folder, string line)
    {
        var environment = new Dictionary<string, string> { ["datastream"] = "dotnet " + Program };
        Process process = Launch(folder, environment, "sh", ["-c", line]);
        using var command = new Command(process, process.StandardOutput.ReadToEndAsync());
        process.StandardInput.Close();
        return command.End();
    }

    /// <summary>Starts, with its input held open.</summary>
    public static Command Start(string folder, params string[] arguments) => new(Launch(folder, null, arguments), Task.FromResult(""));

    /// <summary>The share of one core that the process used over a second; null where it has ended.</summary>
    public double? ShareOfACore()
    {
        TimeSpan before = _process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        if (_process.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            return null;
        }

        _process.Refresh();
        return (_process.TotalProcessorTime - before) / Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Waits for the end.</summary>
    public Outcome End()
    {
        if (!_process.WaitForExit(s_limit))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException("datastream did not end");
        }

        return new Outcome(_process.ExitCode, _output.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static Process Launch(string folder, IReadOnlyDictionary<string, string>? environment, string[] arguments) =>
        Launch(folder, environment, "dotnet", [Program, .. arguments]);

    private static Process Launch(string folder, IReadOnlyDictionary<string, string>? environment, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
