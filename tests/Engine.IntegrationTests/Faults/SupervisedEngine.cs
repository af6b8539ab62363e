using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using DataStream.Tests.Host;

namespace DataStream.IntegrationTests.Faults;

/// <summary>One engine process as a supervisor keeps it: one that ends by itself is started again, and counted.</summary>
public sealed class SupervisedEngine : IDisposable
{
    private readonly object _gate = new();
    private readonly string _folder;
    private Process? _process;
    private Task<string>? _words;
    private bool _isWanted;

    public SupervisedEngine(string folder) => _folder = folder;

    /// <summary>How often it ended by itself.</summary>
    public int Ended { get; private set; }

    /// <summary>What it said when it last ended by itself, or else when it was stopped.</summary>
    public string LastWords { get; private set; } = "";

    public void Start()
    {
        lock (_gate)
        {
            _isWanted = true;
            Launch();
        }
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            _isWanted = false;
            _process!.Kill();
            _process.WaitForExit();
        }
    }

    /// <summary>SIGTERM, and waits for the end.</summary>
    public int Stop(TimeSpan limit, bool isHeldUp = false)
    {
        Process process;
        lock (_gate)
        {
            _isWanted = false;
            process = _process!;
            Signal("-TERM");
            if (isHeldUp)
            {
                Signal("-CONT"); // it finds the other signal waiting
            }
        }

        if (!process.WaitForExit(limit))
        {
            process.Kill();
            throw new TimeoutException("the engine did not end after SIGTERM");
        }

        string words = _words!.GetAwaiter().GetResult();
        LastWords = Ended == 0 ? words : LastWords; // why it ended by itself says more
        return process.ExitCode;
    }

    /// <summary>Sends a signal, as <c>kill</c> names it.</summary>
    public void Signal(string signal)
    {
        lock (_gate)
        {
            using Process kill = Process.Start("kill", [signal, _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isWanted = false;
            if (_process is { HasExited: false })
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }
    }

    private void Launch()
    {
        var start = new ProcessStartInfo("dotnet", [Command.Program, "run", "pipeline.yaml", "--no-progress"])
        {
            WorkingDirectory = _folder,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        Process process = Process.Start(start)!;
        _process = process;
        _words = process.StandardError.ReadToEndAsync();
        _ = Task.Run(() => WatchAsync(process, _words));
    }

    private async Task WatchAsync(Process process, Task<string> words)
    {
        string said = await words.ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        lock (_gate)
        {
            if (_isWanted && ReferenceEquals(process, _process))
            {
                Ended++;
                LastWords = $"with {process.ExitCode}: {said}";
                File.AppendAllText(Path.Combine(_folder, "words.log"), $"ended with {process.ExitCode}:\n{said}\n");
                Launch();
            }
        }
    }
}
